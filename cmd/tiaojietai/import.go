package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"tiaojietai/internal/app"
)

func importCommand() *cobra.Command {
	c := group("import", "导入机构、人员或事项台账", "  tiaojietai import matters 台账.xlsx --as 532328101000 --dry-run\n  tiaojietai import undo 2026-0001",
		importOne("orgs", "机构", "  tiaojietai import orgs 机构.xlsx --dry-run"),
		importOne("people", "人员", "  tiaojietai import people 调解员.xlsx"),
		importOne("matters", "事项台账", "  tiaojietai import matters 台账.xlsx --as 532328101000\n  tiaojietai import matters 留言.csv --as 532328000000028 --kind petition --mapping 列.yaml"),
		importUndo())
	c.Long = "逐行检查后导入；没有导入的行连同原因写在“文件名.rejected.xlsx”里，改好可以再导入。正在运行的服务不用停。"
	return c
}

func bar() *progress { return &progress{tty: isatty.IsTerminal(os.Stderr.Fd())} }

func importOne(kind, name, example string) *cobra.Command {
	o := app.Import{Kind: kind}
	c := &cobra.Command{
		Use: kind + " 文件", Short: "导入" + name + "（.xlsx 或 .csv）", Args: cobra.ExactArgs(1), Example: example,
		RunE: func(c *cobra.Command, args []string) error {
			o.File = args[0]
			if kind == "matters" && o.As == "" {
				return errors.New("要写 --as：由哪个机构导入")
			}
			if o.MatterKind != "" && o.MatterKind != "dispute" && o.MatterKind != "petition" {
				return errors.New("--kind 只有 dispute（纠纷）和 petition（信访事项）")
			}
			return open(c, func(ctx context.Context, a *app.App) error {
				p := bar()
				r, err := a.Import(ctx, o, p.show)
				p.end()
				report(r, o.DryRun)
				return err
			})
		},
	}
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "只检查，不导入")
	c.Flags().StringVar(&o.Mapping, "mapping", "", "YAML 文件，写明哪一列是什么，如 columns: {留言主题: title}")
	if kind == "matters" {
		c.Flags().StringVar(&o.As, "as", "", "由哪个机构导入：代码或全称")
		c.Flags().StringVar(&o.MatterKind, "kind", "", "dispute 纠纷，petition 信访事项；不写按表头猜")
	}
	return c
}

// report names every rejected row that the answer holds; the file has them all.
func report(r app.ImportReport, dry bool) {
	if r.Batch == "" {
		return
	}
	for _, x := range r.Rejected {
		at := fmt.Sprintf("%s 第 %d 行", x.Sheet, x.Row)
		if x.Letter != "" { // else the row as a whole
			at += fmt.Sprintf(" %s 列（%s）", x.Letter, x.Column)
		}
		fmt.Println(at + "：" + x.Reason)
	}
	n := r.Counts
	if int64(len(r.Rejected)) < n.Rejected {
		fmt.Printf("……一共 %d 行没有通过，都在文件里。\n", n.Rejected)
	}
	fmt.Printf("批次 %s：数据 %d 行，没有问题 %d 行，有问题 %d 行，跳过空行 %d、合计行 %d、说明行 %d。\n", r.Batch, n.Rows, n.OK, n.Rejected, n.Blank, n.Totals, n.Notes)
	if dry {
		fmt.Println("只检查了，没有导入。")
	} else {
		fmt.Printf("已导入 %d 行；整批退回用 tiaojietai import undo %s\n", n.Entered, r.Batch)
	}
	if r.RejectedFile != "" {
		fmt.Println("没有通过的行和原因在 " + r.RejectedFile)
	}
}

func importUndo() *cobra.Command {
	reason := ""
	c := &cobra.Command{
		Use: "undo 批次", Short: "整批撤销一次导入：行留着，标为作废，不再计数", Args: cobra.ExactArgs(1),
		Example: "  tiaojietai import undo 2026-0001 --reason 传错了文件",
		RunE: func(c *cobra.Command, args []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				p := bar()
				v, err := a.UndoImport(ctx, args[0], reason, p.show)
				p.end()
				if err == nil {
					fmt.Printf("批次 %s 的 %d 行已作废。\n", v.Batch, v.Progress.Done)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "导入有误，整批撤销", "为什么撤销，写进每件的时间线")
	return c
}
