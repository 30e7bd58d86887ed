package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tiaojietai/internal/app"
)

func exportCommand() *cobra.Command {
	return group("export", "把列表导出成 .xlsx 或 .csv", "  tiaojietai export matters 事项.xlsx --as 532328101000\n  tiaojietai export statistics 统计.csv --as 532328101000 --from 2026-01-01",
		exportOne("matters", "事项列表", "  tiaojietai export matters 事项.xlsx --as 532328101000 --status handling,resolved"),
		exportOne("ledger", "纠纷台账的样式", "  tiaojietai export ledger 台账.xlsx --as 532328101000 --from 2026-01-01 --to 2026-06-30"),
		exportOne("statistics", "统计", "  tiaojietai export statistics 统计.xlsx --as 532328101000 --from 2026-01-01 --to 2026-12-31"),
		exportOne("orgs", "机构", "  tiaojietai export orgs 机构.xlsx --under 532328101000"),
		exportOne("people", "人员", "  tiaojietai export people 人员.csv"))
}

func exportOne(what, name, example string) *cobra.Command {
	o := app.Export{What: what}
	c := &cobra.Command{
		Use: what + " 文件", Short: "导出" + name, Args: cobra.ExactArgs(1), Example: example,
		RunE: func(c *cobra.Command, args []string) error {
			o.File = args[0]
			if low := strings.ToLower(o.File); !strings.HasSuffix(low, ".xlsx") && !strings.HasSuffix(low, ".csv") {
				return errors.New("文件名要以 .xlsx 或 .csv 结尾")
			}
			if o.As == "" && what != "orgs" && what != "people" {
				return errors.New("要写 --as：以哪个机构的范围导出")
			}
			return open(c, func(ctx context.Context, a *app.App) error {
				p := bar()
				err := a.Export(ctx, o, p.show)
				p.end()
				if err == nil {
					fmt.Println("已导出到 " + o.File)
				}
				return err
			})
		},
	}
	f := c.Flags()
	f.StringVar(&o.Under, "under", "", "机构代码：它和它以下的")
	switch what {
	case "orgs":
		f.StringVar(&o.Kind, "kind", "", "机构类型")
	case "people":
	case "statistics":
		f.StringVar(&o.Kind, "kind", "", "dispute 纠纷，petition 信访事项")
	default:
		f.StringVar(&o.Kind, "kind", "", "dispute 纠纷，petition 信访事项，可用逗号隔开")
		f.StringVar(&o.Status, "status", "", "状态，可用逗号隔开")
		f.StringVar(&o.Category, "category", "", "类别，可用逗号隔开")
	}
	if what != "orgs" && what != "people" {
		f.StringVar(&o.As, "as", "", "以哪个机构的范围：代码或全称")
		f.StringVar(&o.From, "from", "", "日期从，如 2026-01-01")
		f.StringVar(&o.To, "to", "", "日期到")
	}
	if what != "statistics" {
		f.StringVar(&o.Q, "q", "", "要有的字")
	}
	return c
}
