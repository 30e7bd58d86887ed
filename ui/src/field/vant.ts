// The styles of the parts of Vant in use. Its icon font is left out: the app draws
// icons as SVG, and a font in a data: address would be refused by the server's policy.
import 'vant/es/style/base.css'
import 'vant/es/button/index.css'
import 'vant/es/loading/index.css'
import 'vant/es/overlay/index.css'
import 'vant/es/popup/index.css'
import 'vant/es/action-sheet/index.css'
import 'vant/es/tabbar/index.css'
import 'vant/es/tabbar-item/index.css'
import 'vant/es/badge/index.css'
import 'vant/es/toast/index.css'
