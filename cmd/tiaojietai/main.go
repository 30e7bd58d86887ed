// Command tiaojietai serves the linked mediation platform (四级联动调解台). Every
// command explains itself with --help. Exit status: 0 done, 1 failed with one
// line, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"tiaojietai/internal/app"
	"tiaojietai/internal/config"
)

// version is set when building.
var version = "unknown"

func main() { os.Exit(run(os.Args[1:])) }

// failure marks an error of the work itself; any other error is wrong usage.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// failed is for the end of a RunE.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var f failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &f):
		fmt.Fprintln(os.Stderr, "错误："+app.Line(f.error))
		return 1
	}
	fmt.Fprintf(os.Stderr, "用法不对：%s\n看用法：tiaojietai --help\n", inChinese(err))
	return 2
}

const usage = `用法：
  {{if .Runnable}}{{.UseLine}}{{else}}{{.CommandPath}} 命令{{end}}
{{if .HasExample}}
例子：
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
命令：{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
参数：
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
通用参数：
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}`

func command() *cobra.Command {
	root := &cobra.Command{
		Use: "tiaojietai", Short: "四级联动调解台：矛盾纠纷从登记到清单销号", SilenceUsage: true, SilenceErrors: true,
		Example: "  tiaojietai demo\n  tiaojietai serve --data /srv/tiaojietai --listen 127.0.0.1:8080",
		// A name that is no command must not pass as help asked for.
		Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetUsageTemplate(usage)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	config.Flags(root.PersistentFlags())
	root.AddCommand(demoCommand(), serveCommand(), migrateCommand(), importCommand(), exportCommand(), auditCommand(), userCommand(), calendarCommand(),
		benchCommand(), configCommand(), openAPICommand(), versionCommand())
	translateHelp(root)
	return root
}

// translateHelp gives every command's --help its Chinese words.
func translateHelp(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.DisableFlagsInUseLine = true
	if f := c.Flags().Lookup("help"); f != nil {
		f.Usage = "看这个命令的用法"
	}
	for _, sub := range c.Commands() {
		translateHelp(sub)
	}
}

// settings reads what is in force for a command.
func settings(c *cobra.Command) (*config.Config, error) {
	return config.Load(c.Flags(), os.LookupEnv)
}

// options are the same for every command that opens the database.
func options(cfg *config.Config) app.Options {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.Log)) // config knows the four words
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	slog.SetDefault(log)
	return app.Options{Version: version, Log: log}
}

// open runs fn on the opened database, which must be there for all but migrate: a
// directory written wrongly must not be made, and then be found in good order.
func open(c *cobra.Command, fn func(ctx context.Context, a *app.App) error) error {
	cfg, err := settings(c)
	if err != nil {
		return failed(err)
	}
	_, err = os.Stat(filepath.Join(cfg.Data, app.SQLiteFile))
	if cfg.DB == "" && errors.Is(err, fs.ErrNotExist) && c.Name() != "migrate" {
		return failed(fmt.Errorf("目录 %s 里没有数据库，请核对 --data；新建请用 tiaojietai serve", cfg.Data))
	}
	a, err := app.Open(c.Context(), cfg, options(cfg))
	if err != nil {
		return failed(err)
	}
	return failed(errors.Join(fn(c.Context(), a), a.Close()))
}

// group is a command that only holds others.
func group(use, short, example string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Example: example, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return fmt.Errorf("%s 后面要写一个命令", c.CommandPath())
		}}
	c.AddCommand(subs...)
	return c
}
