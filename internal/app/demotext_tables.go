package app

var demoCategoryWeights = map[string][]demoWeight{
	"group": {{"neighbourhood", 29}, {"land", 15}, {"homestead", 13}, {"damage", 13}, {"marriage", 12}, {"production", 9}, {"contract", 4}, {"migrantWages", 1}, {"traffic", 1}, {"other", 3}},
	"village": {{"neighbourhood", 20}, {"land", 15}, {"homestead", 12}, {"damage", 11}, {"marriage", 11}, {"production", 9}, {"contract", 8}, {"migrantWages", 3},
		{"traffic", 3}, {"expropriation", 3}, {"pollution", 2}, {"consumer", 1}, {"property", 1}, {"labour", 1}, {"ecommerce", 1}, {"tourism", 1}, {"other", 2}},
	"township": {{"land", 16}, {"contract", 12}, {"homestead", 10}, {"expropriation", 10}, {"migrantWages", 9}, {"damage", 9}, {"marriage", 8}, {"production", 7}, {"traffic", 6},
		{"neighbourhood", 6}, {"pollution", 3}, {"labour", 3}, {"consumer", 2}, {"property", 2}, {"medical", 1}, {"ecommerce", 1}, {"tourism", 1}, {"other", 1}},
	"county": {{"migrantWages", 20}, {"traffic", 17}, {"land", 10}, {"expropriation", 12}, {"contract", 9}, {"labour", 8}, {"medical", 7}, {"pollution", 4}, {"property", 4},
		{"consumer", 4}, {"homestead", 3}, {"tourism", 2}, {"ecommerce", 1}},
}

// Levels at which a situation may arise unless it says otherwise.
var demoCategoryLevels = map[string]string{
	"neighbourhood": "gvt", "land": "gvt", "homestead": "gvt", "damage": "gvt", "marriage": "gvt", "production": "gvt",
	"contract": "gvtc", "expropriation": "vtc", "migrantWages": "gvtc", "traffic": "gvtc", "consumer": "vtc", "ecommerce": "vtc",
	"tourism": "vtc", "other": "gvt",
}

// Whom a case goes to at the county unless the situation says otherwise; all
// are short names of demoDepartments.
var demoCategoryDept = map[string]string{
	"marriage": "妇联", "neighbourhood": "自然资源局", "homestead": "自然资源局", "contract": "市场监管局", "production": "农业农村局", "damage": "农业农村局",
	"land": "自然资源局", "expropriation": "自然资源局", "pollution": "生态环境分局", "migrantWages": "人社局", "labour": "人社局", "tourism": "文旅局",
	"ecommerce": "市场监管局", "consumer": "市场监管局", "medical": "卫健局", "traffic": "交警大队", "property": "住建局", "other": "乡村振兴局",
}

// What a failed mediation names as the way on (人民调解法 art. 26).
var demoRemedies = map[string]string{
	"marriage":      "以后愿意谈随时可以再来；涉及赡养、抚养、财产和离婚的，可以向县人民法院起诉",
	"neighbourhood": "可以向县人民法院起诉",
	"homestead":     "可以向县人民法院起诉；只是宅基地使用权归谁有争议的，先申请乡镇人民政府处理，对处理决定不服可以复议或者起诉",
	"contract":      "可以向县人民法院起诉，金额小、证据清楚的可以申请支付令",
	"production":    "可以向县人民法院起诉",
	"damage":        "可以向县人民法院起诉要求赔偿",
	"land":          "承包经营方面的争议，可以向县农村土地承包仲裁委员会申请仲裁或者直接起诉；所有权、使用权不清的，可以申请乡镇或者县人民政府处理",
	"expropriation": "属于当事人之间的分配和侵权争议，可以向县人民法院起诉；对征收补偿决定本身有意见的，另走行政复议或者行政诉讼",
	"pollution":     "可以向生态环境部门投诉举报，要求赔偿的可以向县人民法院起诉",
	"migrantWages":  "可以向县劳动保障监察大队投诉，也可以申请劳动仲裁；拿着欠条的可以直接起诉，符合条件的可以申请法律援助",
	"labour":        "可以自知道权利受侵害之日起一年内向县劳动人事争议仲裁委员会申请仲裁",
	"tourism":       "可以向文化和旅游部门投诉，也可以向县人民法院起诉",
	"ecommerce":     "可以向平台或者12315投诉，也可以向县人民法院起诉",
	"consumer":      "可以拨打12315向市场监管部门投诉，也可以向县人民法院起诉",
	"medical":       "可以申请医疗损害鉴定，可以申请卫生健康部门处理，也可以直接向县人民法院起诉",
	"traffic":       "可以凭交通事故认定书向县人民法院起诉，保险公司一并列上",
	"property":      "可以向县人民法院起诉，也可以向住建部门反映物业服务问题",
	"other":         "可以向县人民法院起诉，或者向有关部门反映",
}

// demoPrivateWages is the remedy against a private person: labour inspection
// and arbitration are for employers.
const demoPrivateWages = "可以拿欠条、记工本向县人民法院起诉，符合条件的可以申请法律援助"

// demoDepartment is a county department with a mediation room. Word goes into
// its number series (自然资源调登〔2021〕…号).
type demoDepartment struct{ Name, Short, Word string }

// demoDepartments lists the 27 in the order of their codes.
func demoDepartments() []demoDepartment {
	return []demoDepartment{
		{"县发展和改革局", "发改局", "发改"},
		{"县自然资源局", "自然资源局", "自然资源"},
		{"县人力资源和社会保障局", "人社局", "人社"},
		{"县住房和城乡建设局", "住建局", "住建"},
		{"县农业农村局", "农业农村局", "农业农村"},
		{"县水务局", "水务局", "水务"},
		{"县林业和草原局", "林草局", "林草"},
		{"县卫生健康局", "卫健局", "卫健"},
		{"县市场监督管理局", "市场监管局", "市场监管"},
		{"州生态环境局元谋分局", "生态环境分局", "生态环境"},
		{"县搬迁安置办公室", "搬迁安置办公室", "搬迁安置"},
		{"县交通运输局", "交通运输局", "交通运输"},
		{"县教育体育局", "教体局", "教体"},
		{"县民政局", "民政局", "民政"},
		{"县文化和旅游局", "文旅局", "文旅"},
		{"县公安局交通警察大队", "交警大队", "交警"},
		{"县应急管理局", "应急局", "应急"},
		{"县民族宗教事务局", "民宗局", "民宗"},
		{"县乡村振兴局", "乡村振兴局", "乡村振兴"},
		{"县工业信息化商务科学技术局", "工信商务局", "工信商务"},
		{"县退役军人事务局", "退役军人局", "退役军人"},
		{"县医疗保障局", "医保局", "医保"},
		{"县综合行政执法局", "综合执法局", "综合执法"},
		{"县妇女联合会", "妇联", "妇联"},
		{"县总工会", "总工会", "工会"},
		{"县残疾人联合会", "残联", "残联"},
		{"县供销合作社联合社", "供销社", "供销"},
	}
}

// demoPopulations gives invented township populations by code. They sum to the
// 201,510 of the 2020 census; every single one is made up.
func demoPopulations() map[string]int64 {
	return map[string]int64{
		"532328101000": 61840, // 元马镇
		"532328103000": 33260, // 黄瓜园镇
		"532328104000": 21470, // 羊街镇
		"532328202000": 24130, // 老城乡
		"532328203000": 17920, // 物茂乡
		"532328204000": 9860,  // 江边乡
		"532328205000": 9040,  // 新华乡
		"532328206000": 13180, // 平田乡
		"532328209000": 4570,  // 凉山乡
		"532328210000": 6240,  // 姜驿乡
	}
}

// demoCases gathers the situations by category.
func demoCases() map[string][]demoCase {
	return map[string][]demoCase{
		"marriage": demoMarriageCases, "neighbourhood": demoNeighbourCases, "homestead": demoHomesteadCases,
		"contract": demoContractCases, "production": demoProductionCases, "damage": demoDamageCases, "land": demoLandCases,
		"expropriation": demoExpropriationCases, "pollution": demoPollutionCases, "migrantWages": demoWageCases,
		"labour": demoLabourCases, "tourism": demoTourismCases, "ecommerce": demoEcommerceCases, "consumer": demoConsumerCases,
		"medical": demoMedicalCases, "traffic": demoTrafficCases, "property": demoPropertyCases, "other": demoOtherCases,
	}
}
