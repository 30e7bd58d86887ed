package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"tiaojietai/internal/app"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "启动服务；空数据库会先建县和管理员 admin", Args: cobra.NoArgs,
		Example: "  tiaojietai serve --data /srv/tiaojietai --listen 127.0.0.1:8080\n  tiaojietai serve --db postgres://tjt@127.0.0.1/tjt --secure",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings(c)
			if err != nil {
				return failed(err)
			}
			a, err := app.Open(c.Context(), cfg, options(cfg))
			if err != nil {
				return failed(err)
			}
			password, err := a.Found(c.Context())
			if password != "" {
				fmt.Printf("已建好%s。系统管理员登录名 admin，密码 %s\n这个密码只显示这一次，第一次登录时要改掉。\n", "数据库", password)
			}
			if err == nil {
				err = a.Serve(c.Context(), func(addr string) { fmt.Printf("请用浏览器打开 http://%s/\n", addr) })
			}
			return failed(errors.Join(err, a.Close()))
		},
	}
}

func demoCommand() *cobra.Command {
	var now string
	var fillOnly, allowRemote bool
	c := &cobra.Command{
		Use: "demo", Short: "填好演示县（元谋县，人和事都是编的）并启动", Args: cobra.NoArgs,
		Example: "  tiaojietai demo\n  tiaojietai demo --data /tmp/demo --now 2026-11-02T09:00:00+08:00 --fill-only",
		RunE: func(c *cobra.Command, _ []string) error {
			at, err := instant(now)
			if err != nil {
				return err
			}
			return failed(demo(c, at, fillOnly, allowRemote))
		},
	}
	c.Flags().StringVar(&now, "now", "", "演示的现在，时钟从这里往后走，如 2026-11-02T09:00:00+08:00；不写就是真的现在")
	c.Flags().BoolVar(&fillOnly, "fill-only", false, "只填数据，不启动")
	c.Flags().BoolVar(&allowRemote, "allow-remote-demo", false, "允许别的机器访问演示（演示密码人人都知道）")
	return c
}

func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("--now 要写成 2026-11-02T09:00:00+08:00 这样")
	}
	return t, nil
}

func demo(c *cobra.Command, now time.Time, fillOnly, allowRemote bool) error {
	cfg, err := settings(c)
	if err != nil {
		return err
	}
	if !fillOnly && !allowRemote && !app.Loopback(cfg.Listen) {
		return fmt.Errorf("演示的密码人人都知道，所以只在本机 127.0.0.1 上提供；确实要让别的机器访问，加 --allow-remote-demo")
	}
	p := &progress{tty: isatty.IsTerminal(os.Stderr.Fd())}
	a, err := app.OpenDemo(c.Context(), cfg, options(cfg), now, p.show)
	p.end()
	if err != nil {
		return err
	}
	if fillOnly {
		fmt.Printf("演示数据已填好，在 %s\n", cfg.Data)
		return a.Close()
	}
	err = a.Serve(c.Context(), func(addr string) {
		fmt.Printf("演示县已开放，请用浏览器打开 http://%s/\n登录名（密码都是 %s）：\n", addr, app.DemoPassword)
		for _, l := range app.DemoLogins {
			fmt.Printf("  %-13s %s\n", l.Login, l.Who)
		}
	})
	return errors.Join(err, a.Close())
}

// progress shows a bar on a terminal and plain lines elsewhere.
type progress struct {
	tty  bool
	what string
	step int
	open bool
}

func (p *progress) show(what string, done, total int) {
	if total <= 0 {
		total = 1
	}
	if p.tty {
		n := min(30, 30*done/total)
		fmt.Fprintf(os.Stderr, "\r\033[K%s%s %3d%% %s", strings.Repeat("█", n), strings.Repeat("░", 30-n), 100*done/total, what)
		p.open = true
		return
	}
	if step := 4 * done / total; what != p.what || step != p.step {
		p.what, p.step = what, step
		fmt.Fprintf(os.Stderr, "%s %d%%\n", what, 100*done/total)
	}
}

func (p *progress) end() {
	if p.open {
		fmt.Fprintln(os.Stderr)
	}
}
