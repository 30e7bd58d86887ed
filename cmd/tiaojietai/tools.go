package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tiaojietai/internal/app"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "把数据库升级到这一版", Args: cobra.NoArgs,
		Example: "  tiaojietai migrate --data /srv/tiaojietai",
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c, func(context.Context, *app.App) error {
				fmt.Println("数据库已是这一版。")
				return nil
			})
		},
	}
}

func auditCommand() *cobra.Command {
	verify := &cobra.Command{
		Use: "verify", Short: "核对留痕和时间线的每一条、每一链", Args: cobra.NoArgs,
		Example: "  tiaojietai audit verify --data /srv/tiaojietai",
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				r, err := a.Verify(ctx)
				if err != nil {
					return err
				}
				if r.Broken != nil {
					return errors.New("对不上：" + r.Broken.String())
				}
				fmt.Printf("都对得上：%d 条留痕（其中 %d 条还没有封块），%d 块，%d 条时间线。\n", r.Rows, r.Unsealed, r.Blocks, r.Chains)
				return nil
			})
		},
	}
	return group("audit", "留痕", "  tiaojietai audit verify", verify)
}

func calendarCommand() *cobra.Command {
	load := &cobra.Command{
		Use: "load 文件", Short: "装入一年的节假日和调休（CSV：date,kind,name）", Args: cobra.ExactArgs(1),
		Example: "  tiaojietai calendar load holidays-2027.csv",
		RunE: func(c *cobra.Command, args []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("打不开 %s：%w", args[0], err)
				}
				defer func() { _ = f.Close() }()
				years, moved, err := a.LoadCalendar(ctx, f)
				if err != nil {
					return err
				}
				fmt.Printf("已装入 %v 年，重新算了 %d 件事项的期限。\n", years, moved)
				return nil
			})
		},
	}
	return group("calendar", "节假日和调休", "  tiaojietai calendar load holidays-2027.csv", load)
}

func configCommand() *cobra.Command {
	return &cobra.Command{
		Use: "config", Short: "看现在用的是哪些设置，各从哪里来", Args: cobra.NoArgs,
		Example: "  tiaojietai config --listen 0.0.0.0:8080",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings(c)
			if err != nil {
				return failed(err)
			}
			w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
			for _, v := range cfg.Values() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", v.Name, v.Value, v.Origin)
			}
			return failed(w.Flush())
		},
	}
}

func openAPICommand() *cobra.Command {
	return &cobra.Command{
		Use: "openapi", Short: "打印接口文档（OpenAPI 3.1）", Args: cobra.NoArgs,
		Example: "  tiaojietai openapi > openapi.json",
		RunE: func(*cobra.Command, []string) error {
			doc, err := app.OpenAPI(version)
			if err == nil {
				_, err = fmt.Println(string(doc))
			}
			return failed(err)
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "打印版本", Args: cobra.NoArgs, Example: "  tiaojietai version",
		Run: func(*cobra.Command, []string) { fmt.Println("tiaojietai " + version) }}
}

func userCommand() *cobra.Command {
	return group("user", "账号", "  tiaojietai user list\n  tiaojietai user reset zhangsan", userAdd(), userList(),
		userReset(), userLock(), userToken())
}

func userAdd() *cobra.Command {
	var u app.NewUser
	c := &cobra.Command{
		Use: "add 登录名", Short: "新建账号，打印一次性密码", Args: cobra.ExactArgs(1),
		Example: "  tiaojietai user add zhangsan --name 张三 --org 532328101001 --role mediator\n  tiaojietai user add anquan --name 李四 --admin security",
		RunE: func(c *cobra.Command, args []string) error {
			if (u.Org == "") == (u.Admin == "") {
				return errors.New("--org（和 --role）与 --admin 要写其中一样：在机构任职的人不能当管理员")
			}
			u.Login = args[0]
			return open(c, func(ctx context.Context, a *app.App) error {
				password, err := a.AddUser(ctx, u)
				if err == nil {
					fmt.Printf("登录名 %s，密码 %s（只显示这一次，第一次登录时要改掉）\n", u.Login, password)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&u.Name, "name", "", "姓名")
	c.Flags().StringVar(&u.Org, "org", "", "任职的机构代码")
	c.Flags().StringVar(&u.Role, "role", "mediator", "角色：mediator 调解员，head 负责人")
	c.Flags().StringVar(&u.Admin, "admin", "", "管理员：system、security 或 auditor")
	_ = c.MarkFlagRequired("name")
	return c
}

func userList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "列出账号", Args: cobra.NoArgs, Example: "  tiaojietai user list",
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				all, err := a.Users(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, "登录名\t姓名\t任职机构数\t管理员\t状态")
				for _, u := range all {
					state := "正常"
					switch {
					case u.DisabledAt > 0:
						state = "停用"
					case u.LockedUntil > time.Now().UnixMicro():
						state = "锁定"
					case u.MustChange == 1:
						state = "待改密码"
					}
					fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", u.Login, u.Name, u.Bodies, u.Admin, state)
				}
				return w.Flush()
			})
		},
	}
}

func userReset() *cobra.Command {
	return &cobra.Command{
		Use: "reset 登录名", Short: "重置密码并解锁，打印一次性密码", Args: cobra.ExactArgs(1), Example: "  tiaojietai user reset zhangsan",
		RunE: func(c *cobra.Command, args []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				password, err := a.ResetUser(ctx, args[0])
				if err == nil {
					fmt.Printf("登录名 %s 的新密码 %s（只显示这一次，登录时要改掉）\n", args[0], password)
				}
				return err
			})
		},
	}
}

func userLock() *cobra.Command {
	var unlock bool
	c := &cobra.Command{
		Use: "lock 登录名", Short: "停用账号，结束它的登录；--unlock 恢复", Args: cobra.ExactArgs(1),
		Example: "  tiaojietai user lock zhangsan\n  tiaojietai user lock zhangsan --unlock",
		RunE: func(c *cobra.Command, args []string) error {
			return open(c, func(ctx context.Context, a *app.App) error { return a.LockUser(ctx, args[0], !unlock) })
		},
	}
	c.Flags().BoolVar(&unlock, "unlock", false, "恢复使用")
	return c
}

func userToken() *cobra.Command {
	var org string
	c := &cobra.Command{
		Use: "token 登录名", Short: "给程序用的访问令牌，只显示一次", Args: cobra.ExactArgs(1),
		Example: "  tiaojietai user token zhangsan --org 532328101001",
		RunE: func(c *cobra.Command, args []string) error {
			return open(c, func(ctx context.Context, a *app.App) error {
				token, err := a.IssueToken(ctx, args[0], org)
				if err == nil {
					fmt.Println(token)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&org, "org", "", "以哪个机构的身份，不写用第一个")
	return c
}
