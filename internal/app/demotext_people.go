package app

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// Surnames by rough weight: Han names of the valley, Yi names such as 起, 普
// and 鲁, Lisu names such as 谷 and 余.
const demoSurnames = "李李李李李王王王王张张张张杨杨杨杨杨普普普普罗罗罗起起起毕鲁鲁阿马马刘刘陈陈周周施何朱徐余谷熊白段赵钱孙吴郑胡高郭林梁唐曹彭曾董蒋沈潘杜尹汤文者车丁安纪邓方付贺龙陆秦陶万"

var demoGiven = map[string][2]string{
	"mo": {"文正国兴有家德天朝世光绍明学发开成万永自茂顺", "才华贵福旺祥忠清云林昌顺富荣学义发先礼寿兴亮"},
	"fo": {"秀桂琼美凤玉兰珍菊存翠会桃惠莲金从世加有", "英芬仙芝珍兰花莲香美琼菊凤会存秀珠翠"},
	"mm": {"建志永红海云春立加晓从继绍自应宗培洪树廷", "平明军华勇伟斌林强东生辉荣宏雄波松泉奎新"},
	"fm": {"丽春红海晓艳雪云燕文慧永继彩明琼美金学加", "梅琴芳丽萍蓉霞娟仙芬琼华艳玲英莲燕珍香敏"},
	"my": {"子俊浩家天宇志文建云海思永明宏泽晓嘉正国", "涛鹏杰辉豪宇轩龙飞阳然文翔磊航博凯睿成超"},
	"fy": {"佳雨思雅晓婷梦欣文丽玉春艳诗子海慧云雪静", "怡婷欣妍雪琳敏蕊静瑶颖娜璐雯萱洁倩莹薇月"},
}

var demoRareGiven = map[byte][]string{
	'm': {"𠮷祥", "龑", "赟", "𠮷昌", "堃", "翀", "垚", "喆", "旻昇", "燚", "頔", "晟源"},
	'f': {"玥𠮷", "赟", "嬿", "珺", "祎", "沄", "翙", "淼", "喆", "昀熹", "旖", "芮㛃"},
}

// demoNames hands out full names, each once. share splits all names between
// two streams by their hash, so that no mediator is called like a party and
// neither stream depends on how far the other has gone.
type demoNames struct {
	rng   *rand.Rand
	share uint32
	used  map[string]bool
	count int
}

func newDemoNames(seed uint64, share uint32, stream uint64) *demoNames {
	return &demoNames{rng: rand.New(rand.NewPCG(seed, stream)), share: share, used: map[string]bool{}}
}

func (n *demoNames) anySex() byte {
	if n.rng.IntN(100) < 58 {
		return 'm'
	}
	return 'f'
}

func (n *demoNames) anyAge() byte { return "oommmmmyy"[n.rng.IntN(9)] }

// next returns a name for sex m or f, generation o, m, y or ? for any, and a
// family name or "" for any.
func (n *demoNames) next(sex, age byte, family string) string {
	if age == '?' {
		age = n.anyAge()
	}
	surnames := []rune(demoSurnames)
	parts := demoGiven[string([]byte{sex, age})]
	first, second := []rune(parts[0]), []rune(parts[1])
	for {
		sur := demoOr(family, string(surnames[n.rng.IntN(len(surnames))]))
		given := string(first[n.rng.IntN(len(first))]) + string(second[n.rng.IntN(len(second))])
		if n.rng.IntN(14) == 0 {
			given = string(second[n.rng.IntN(len(second))])
		}
		if n.count%97 == 40 && n.rng.IntN(3) > 0 {
			given = demoRareGiven[sex][n.rng.IntN(len(demoRareGiven[sex]))]
		}
		name := sur + given
		h := fnv.New32a()
		h.Write([]byte(name))
		r := []rune(given)
		if n.used[name] || h.Sum32()%2 != n.share || len(r) == 2 && r[0] == r[1] {
			continue
		}
		n.used[name] = true
		n.count++
		return name
	}
}

// demoPhone gives 100 0878 xxxx: eleven digits, a prefix no operator has.
func demoPhone(i int) string { return fmt.Sprintf("1000878%04d", (i*7919+1234)%10000) }

// demoIDNumber builds 18 digits with the county's area code, a plausible
// birth date and a check digit that is wrong on purpose.
func demoIDNumber(r *rand.Rand, sex byte, born int) string {
	seq := r.IntN(180)*2 + 1
	if sex == 'f' {
		seq++
	}
	body := fmt.Sprintf("532328%04d%02d%02d%03d", born, 1+r.IntN(12), 1+r.IntN(28), seq)
	right := demoCheckDigit(body)
	wrong := byte('0' + r.IntN(10))
	if wrong == right {
		wrong = '0' + (wrong-'0'+3)%10
	}
	return body + string(wrong)
}

// demoCheckDigit is the check character of GB 11643-1999 for 17 digits.
func demoCheckDigit(body string) byte {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// person draws one party. year is the year of the story, for a fitting age.
func (d *demoTexts) person(r *rand.Rand, sex, age byte, family string, year int, address string) demoPerson {
	if sex == '?' {
		sex = d.parties.anySex()
	}
	if age == '?' {
		age = d.parties.anyAge()
	}
	years := map[byte][2]int{'o': {58, 78}, 'm': {36, 57}, 'y': {21, 35}}[age]
	born := year - years[0] - r.IntN(years[1]-years[0]+1)
	p := demoPerson{Name: d.parties.next(sex, age, family), Address: address}
	p.Phone = demoPhone(d.parties.count)
	for p.IDNumber == "" || d.personSeen[p.IDNumber] {
		p.IDNumber = demoIDNumber(r, sex, born)
	}
	d.personSeen[p.IDNumber] = true
	return p
}

// demoFirmCalls is what a ledger calls a firm after naming it once.
var demoFirmCalls = [][2]string{{"公司", "公司"}, {"合作社", "合作社"}, {"项目部", "项目部"}, {"冷库", "冷库"}, {"诊所", "诊所"}, {"门诊部", "诊所"},
	{"厂", "厂里"}, {"服务部", "服务部"}, {"超市", "超市"}}

func demoFirmCall(name string) string {
	for _, c := range demoFirmCalls {
		if strings.HasSuffix(name, c[0]) {
			return c[1]
		}
	}
	return "店家"
}

// Words for invented firms and co-operatives.
const demoFirmWords = "岚沐禾澜昱岑坤谷锦壑朴川泓苇穗冈棠垄霁原"

var demoFirmKinds = map[string][]string{
	"build":  {"建筑劳务有限公司", "建筑工程有限公司", "建设工程有限公司", "劳务服务有限公司"},
	"fruit":  {"果蔬农民专业合作社", "农业开发有限公司", "果蔬经营部", "农产品冷库"},
	"seed":   {"种苗有限公司", "农资经营部", "农业科技服务部"},
	"solar":  {"新能源有限公司", "光伏工程项目部"},
	"road":   {"路桥工程项目部", "公路工程有限公司"},
	"farm":   {"养殖有限公司", "畜牧养殖专业合作社"},
	"shop":   {"电器商行", "家具城", "建材经营部", "通讯商店"},
	"inn":    {"客栈", "休闲农庄", "生态农家乐"},
	"trip":   {"旅行社有限公司", "旅游服务有限公司"},
	"net":    {"电子商务服务部", "网络商贸店", "农产品电商工作室"},
	"wuye":   {"物业服务有限公司"},
	"plant":  {"砂石加工厂", "建材有限公司", "塑料制品厂", "食品加工厂"},
	"health": {"口腔门诊部", "中西医诊所", "中医门诊部", "骨伤诊所"},
	"work":   {"服装加工厂", "果蔬包装厂", "商贸超市", "物流有限公司", "餐饮服务有限公司", "农业开发有限公司"},
	"insure": {"财产保险服务部"},
}

// firm invents an organisation of a kind. Two in five stories meet one that
// was met before: several disputes with one employer are what an analysis
// meeting is there to notice.
func (d *demoTexts) firm(r *rand.Rand, kind, address string) demoPerson {
	if met := d.firms[kind]; len(met) > 0 && r.IntN(5) < 2 {
		return met[r.IntN(len(met))]
	}
	w := []rune(demoFirmWords)
	for {
		a, b := w[r.IntN(len(w))], w[r.IntN(len(w))]
		kinds := demoFirmKinds[kind]
		k := kinds[r.IntN(len(kinds))]
		name := "元谋" + string(a) + string(b) + k
		if kind == "inn" || strings.HasSuffix(k, "项目部") {
			name = string(a) + string(b) + k
		}
		if a == b || d.personSeen[name] {
			continue
		}
		d.personSeen[name] = true
		d.parties.count++
		p := demoPerson{Name: name, Phone: demoPhone(d.parties.count), Address: address}
		d.firms[kind] = append(d.firms[kind], p)
		return p
	}
}
