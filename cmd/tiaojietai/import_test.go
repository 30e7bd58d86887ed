package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/app"
	"tiaojietai/internal/config"
	"tiaojietai/internal/org"
	"tiaojietai/internal/testkit"
)

const town = "532328101000"

// founded makes a data directory with a township and the villages of its ledger.
func founded(t *testing.T, dsn string) (dir string, flags []string) {
	t.Helper()
	dir = t.TempDir()
	flags = []string{"--data", dir}
	if dsn != "" {
		flags = append(flags, "--db", dsn)
	}
	a, err := app.Open(t.Context(), &config.Config{Data: dir, DB: dsn}, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = a.Found(t.Context())
	}
	all := []org.New{{Code: town, Name: "元马镇", Kind: "townshipCentre", Parent: "532328000000"}}
	for i, name := range []string{"张二村社区", "龙泉社区", "清和社区", "双龙社区", "大沟社区", "东城社区", "翠峰社区", "马街社区"} {
		all = append(all, org.New{Code: "53232810100" + string(rune('1'+i)), Name: name, Kind: "villageRoom", Parent: town})
	}
	if err == nil {
		err = a.Orgs.AddAll(t.Context(), account.Caller{}, a.County(), all)
	}
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, flags
}

// ran calls the command line and checks its exit status and words.
func ran(t *testing.T, status int, says string, args ...string) string {
	t.Helper()
	got, out, errOut := call(t, args...)
	if got != status || !strings.Contains(out+errOut, says) {
		t.Fatalf("%v: %d, want %d with %q:\n%s%s", args, got, status, says, out, errOut)
	}
	return out
}

func TestALedgerByCommand(t *testing.T) {
	testkit.EachDSN(t, func(t *testing.T, dsn string) {
		dir, flags := founded(t, dsn)
		content, err := os.ReadFile("../../internal/ledger/testdata/ledger-yuanma-2021h1.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "台账.xlsx")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		with := func(args ...string) []string { return append(args, flags...) }
		ran(t, 0, "只检查了，没有导入", with("import", "matters", file, "--as", town, "--dry-run")...)
		out := ran(t, 0, "已导入 37 行", with("import", "matters", file, "--as", "元马镇")...)
		for _, want := range []string{"第 16 行 B 列（排查时间）：序号 12", "序号 18", "序号 24", "序号 30", "序号 34", "import undo", file + ".rejected.xlsx"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in %s", want, out)
			}
		}
		if raw, err := os.ReadFile(file + ".rejected.xlsx"); err != nil || !strings.HasPrefix(string(raw), "PK") {
			t.Error(err)
		}
		table := filepath.Join(dir, "出.csv")
		ran(t, 0, "已导出到", with("export", "ledger", table, "--as", town)...)
		if raw, err := os.ReadFile(table); err != nil || strings.Count(string(raw), "元马调登")+strings.Count(string(raw), "调登〔") < 37 {
			t.Errorf("%v: %s", err, raw)
		}
		batch := out[strings.LastIndex(out, "import undo ")+len("import undo "):]
		batch = strings.Fields(batch)[0]
		ran(t, 0, "37 行已作废", with("import", "undo", batch)...)
		ran(t, 1, "已经撤销", with("import", "undo", batch)...)
		ran(t, 1, "没有批次", with("import", "undo", "1999-0001")...)
		ran(t, 1, "不是工作簿", with("import", "matters", filepath.Join(dir, "master.key"), "--as", town)...)
		ran(t, 2, "--as", with("import", "matters", file)...)
		ran(t, 2, ".csv", with("export", "orgs", "机构.pdf")...)
	})
}

func TestColumnsAreNamedByAFile(t *testing.T) {
	testkit.EachDSN(t, func(t *testing.T, dsn string) {
		dir, flags := founded(t, dsn)
		write := func(name, text string) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		file := write("表.csv", "日子,哪个村,什么类,谁,怎么回事\n3月1日,龙泉,邻里,张三,两家争水沟\n")
		mapping := write("列.yaml", "year: 2021\ncolumns: {日子: foundAt, 哪个村: village, 什么类: 类别, D: applicant, 怎么回事: summary}\n")
		ran(t, 1, "还没有哪一列对应", append([]string{"import", "matters", file, "--as", town}, flags...)...)
		ran(t, 1, "没有“什么”这一列", append([]string{"import", "matters", file, "--as", town, "--mapping", write("坏.yaml", "columns: {什么: title}")}, flags...)...)
		ran(t, 0, "已导入 1 行", append([]string{"import", "matters", file, "--as", town, "--mapping", mapping}, flags...)...)
		ran(t, 0, "已导入 1 行", append([]string{"import", "orgs", write("机构.csv", "机构代码,机构名称,机构类型,上级机构\n532328101001001,一组,矛盾纠纷调解工作站,张二村社区\n")}, flags...)...)
		ran(t, 0, "已导入 1 行", append([]string{"import", "people", write("人员.csv", "姓名,电话,所在机构,职务\n张三,13908780001,532328101001001,负责人\n")}, flags...)...)
	})
}
