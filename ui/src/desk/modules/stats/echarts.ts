// The parts of ECharts in use, and no other: bars on a grid, drawn as SVG, so that
// they are sharp on paper too. Loaded only by the page that shows pictures.
import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])
export { init }
