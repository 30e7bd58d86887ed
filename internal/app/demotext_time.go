package app

import (
	"fmt"
	"strings"
)

func (e *demoEnv) prevMonth() string {
	if e.month == 1 {
		return "去年12月"
	}
	return fmt.Sprintf("%d月", e.month-1)
}

// deadline is a day of the month after the story's.
func (e *demoEnv) deadline() string {
	day := []int{5, 10, 15, 20, 25, 28}[e.r.IntN(6)]
	if e.month == 12 {
		return fmt.Sprintf("明年1月%d日", day)
	}
	return fmt.Sprintf("%d月%d日", e.month+1, day)
}

var demoFestivals = map[int][]string{
	1: {"元旦前后"}, 2: {"春节前", "腊月间"}, 3: {"刚过完年"}, 4: {"清明上坟前后"},
	8: {"火把节前后"}, 10: {"国庆放假那几天"}, 12: {"冬至前"},
}

// when says when it happened: never later than the month of the story.
func (e *demoEnv) when() string {
	fixed := []string{"前几天", "上周", "上个街子天", "半个月前", "前天一早", "前天下晚", "大前天", "上周末", "十来天前"}
	fixed = append(fixed, demoFestivals[e.month]...)
	n := e.r.IntN(10)
	switch {
	case n < 4:
		return fmt.Sprintf("%s%d日", e.prevMonth(), 2+e.r.IntN(27))
	case n < 6:
		return e.prevMonth() + e.pick([]string{"初", "中旬", "下旬", "底"})
	}
	return e.pick(fixed)
}

// crop gives what stands in the field (菜) or is being picked (果) in the
// month: the dry hot valley grows its vegetables in winter.
func (e *demoEnv) crop(k string) string {
	table := demoStanding
	switch {
	case e.terrain == 'h' && k == "菜":
		table = demoHillStanding
	case e.terrain == 'h':
		table = demoHillPicked
	case k == "果":
		table = demoPicked
	}
	return e.pick(strings.Fields(table[e.month]))
}

var demoStanding = [13]string{1: "番茄 四季豆 洋葱 茄子 辣椒 豌豆", 2: "番茄 洋葱 辣椒 茄子 蚕豆", 3: "番茄 洋葱 西瓜 甜玉米 小瓜",
	4: "番茄 葡萄 西瓜 黄瓜 苦瓜", 5: "葡萄 苦瓜 豇豆 黄瓜 甜玉米", 6: "苞谷 水稻 葡萄 豇豆 花生", 7: "苞谷 水稻 花生 火龙果",
	8: "苞谷 水稻 火龙果 花生", 9: "水稻 苞谷 番茄苗 辣椒苗", 10: "番茄 洋葱 四季豆 辣椒 茄子", 11: "番茄 四季豆 茄子 黄瓜 洋葱", 12: "番茄 四季豆 洋葱 甘蔗 豌豆"}

var demoPicked = [13]string{1: "青枣 番茄 四季豆", 2: "青枣 番茄 洋葱", 3: "洋葱 番茄 小瓜", 4: "洋葱 西瓜 番茄", 5: "葡萄 西瓜 苦瓜",
	6: "葡萄 豇豆 芒果", 7: "芒果 龙眼 火龙果", 8: "龙眼 火龙果 石榴", 9: "火龙果 石榴 苞谷", 10: "茄子 辣椒 火龙果", 11: "番茄 四季豆 黄瓜", 12: "青枣 番茄 四季豆"}

var demoHillStanding = [13]string{1: "豌豆 萝卜 小麦 蚕豆", 2: "豌豆 蚕豆 小麦 洋芋", 3: "洋芋 小麦 蚕豆", 4: "洋芋 苞谷", 5: "苞谷 烤烟 洋芋", 6: "苞谷 烤烟 荞子",
	7: "苞谷 烤烟 洋芋", 8: "苞谷 烤烟 红豆", 9: "苞谷 荞子 红豆", 10: "荞子 萝卜 豌豆", 11: "萝卜 豌豆 蚕豆", 12: "豌豆 蚕豆 小麦"}

var demoHillPicked = [13]string{1: "萝卜 白菜", 2: "萝卜 豌豆", 3: "豌豆 蚕豆", 4: "蚕豆 洋芋", 5: "洋芋 蚕豆", 6: "洋芋 花椒", 7: "花椒 洋芋",
	8: "花椒 烟叶 红豆", 9: "核桃 烟叶 苞谷", 10: "核桃 苞谷 荞子", 11: "核桃 萝卜", 12: "萝卜 白菜"}

// Words of the county: plots, ditches, roads.
var demoPools = map[string][]string{
	"地": strings.Fields("大竹棚 老鹰岩 石板桥 秧田坝 沙沟边 红土坡 攀枝花树脚 水井坡 龙潭箐 羊厩坡 上坝 下坝 老碾房 旧烟房 打谷场 三岔路 " +
		"抽水站 大青树脚 酸角林 仙人掌坡 河滩地 干沟头 旧灰窑 砖瓦窑 弯弯田 长田 大坪子 板凳坡 小石桥 牛滚塘 花椒园 桉树林 橄榄坡 大箐口 " +
		"岩子脚 庙门前 沙坝田 老水车 新开田 烂泥田 半坡地 岔河口 大麦地 棉花地 甘蔗地 老坟坝 石头寨 风吹垭口 麻栗坡 苦楝树 芦苇塘 " +
		"大平掌 老井边 小坝塘 学校背后 石灰塘 大埂子 团山 竹林湾 豆腐坊 马店 铁索桥头 沙锅田 上村口 下村口 土主庙 渡槽脚 五亩田 七分地 老牛场 蜂子岩 白泥塘"),
	"沟":  strings.Fields("东沟 老沟 上大沟 下大沟 二台沟 秧田沟 支二沟 三支渠 西沟 碾房沟 坝塘沟 石门沟 绕山沟 四斗渠 中沟 龙潭沟 新沟 滚水沟 幸福沟 五斗渠"),
	"街":  strings.Fields("县城老街 县城客运站旁 县城农贸市场 县城新区 县城小吃街 镇上街口 镇上十字路口 镇上赶街场边 县城汽修街 县城学校对面 县城医院旁"),
	"区":  strings.Fields("县城移民小区 县城安置小区 县城商住小区 县城职工小区 县城公租房小区 镇上安置小区 镇上商住小区"),
	"树":  strings.Fields("酸角 芒果 桉 攀枝花 龙眼 黄葛 番石榴"),
	"tr": strings.Fields("芒果 龙眼 青枣 石榴 酸角 荔枝"),
	"an": strings.Fields("羊 牛"),
	"pl": strings.Fields("围墙 大棚架子 水池 水管 铁门"),
	"路":  strings.Fields("机耕路 入村路 田间路 大沟埂 串户路 环村路 便道 产业路 牛车路 生产路"),
}

var demoHillVillages = strings.Fields("把世者 那迪 大水井 冷水箐 甘泉 平地 木溪悟 花同 已波龙 洒洒依 高姑 平安 水平石 糯拉乍 半箐 画匠 姜驿 华丰 老者格 库南")

var demoRiverVillages = strings.Fields("龙街 卡莫 大树村 中村 盐水井 阿卓 贡荼")
