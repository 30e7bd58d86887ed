package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"tiaojietai/bench"
)

func benchCommand() *cobra.Command {
	o := bench.Options{Version: version}
	var write string
	c := &cobra.Command{
		Use: "bench", Short: "压测：登记、查看、列表、待办，每秒多少次、多快、用多少 CPU", Args: cobra.NoArgs,
		Long:    "压测只用临时目录里的 SQLite；给了 --db 时再在那台 PostgreSQL 上建一个临时数据库，两种并排量。已有的数据不碰。",
		Example: "  tiaojietai bench\n  tiaojietai bench --db postgres://tjt@127.0.0.1/postgres --write docs/bench.md",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings(c)
			if err != nil {
				return failed(err)
			}
			p := &progress{tty: isatty.IsTerminal(os.Stderr.Fd())}
			o.DSN, o.Show = cfg.DB, p.show
			if o.Command == "" {
				o.Command = "tiaojietai bench"
			}
			report, err := bench.Run(c.Context(), o)
			p.end()
			if err == nil && write != "" {
				err = rewrite(write, report)
			}
			if err == nil {
				fmt.Print(report)
			}
			return failed(err)
		},
	}
	c.Flags().IntVar(&o.Matters, "matters", 100000, "先填多少件")
	c.Flags().DurationVar(&o.Each, "each", 2500*time.Millisecond, "每一项量多久")
	c.Flags().IntSliceVar(&o.Conns, "conns", []int{1, 16, 64}, "几个连接")
	c.Flags().BoolVar(&o.Keep, "fill-only", false, "只填不量，留下数据库，打印它们在哪里")
	c.Flags().StringVar(&o.Filled, "filled", "", "只量，不填：量 --fill-only 留下的这个目录，量完仍留着")
	c.Flags().StringSliceVar(&o.Only, "only", nil, "只量这几种，如 list,search,similar")
	c.Flags().StringVar(&o.Command, "as", "", "报告里写的命令，如 make bench")
	c.Flags().StringVar(&write, "write", "", "把报告写进这个 Markdown 文件里 bench 标记之间")
	return c
}

const benchBegin, benchEnd = "<!-- bench -->\n", "<!-- /bench -->\n"

// rewrite puts the report between the marks of a document.
func rewrite(file, report string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), benchBegin)
	_, tail, ok2 := strings.Cut(rest, benchEnd)
	if !ok || !ok2 {
		return fmt.Errorf("%s 里没有 %q 和 %q 两个标记", file, strings.TrimSpace(benchBegin), strings.TrimSpace(benchEnd))
	}
	return os.WriteFile(file, []byte(head+benchBegin+report+benchEnd+tail), 0o600)
}
