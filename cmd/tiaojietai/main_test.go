package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// call runs the command line and gives exit status, output and errors.
func call(t *testing.T, args ...string) (status int, out, errOut string) {
	t.Helper()
	read := func(f **os.File) func() string {
		old := *f
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		*f = w
		text := make(chan string, 1)
		go func() {
			var b bytes.Buffer
			_, _ = io.Copy(&b, r)
			text <- b.String()
		}()
		return func() string { *f = old; _ = w.Close(); return <-text }
	}
	stdout, stderr := read(&os.Stdout), read(&os.Stderr)
	status = run(args)
	return status, stdout(), stderr()
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Hidden {
			return
		}
		if c.Short == "" || !strings.Contains(c.Example, "tiaojietai ") {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(command())
	if status, out, _ := call(t, "serve", "--help"); status != 0 || !strings.Contains(out, "例子：") || !strings.Contains(out, "--listen") {
		t.Error(status, out)
	}
}

func TestExitStatus(t *testing.T) {
	t.Chdir(t.TempDir())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"done", []string{"version"}, 0, "tiaojietai"},
		{"unknown command", []string{"bogus"}, 2, "bogus"},
		{"unknown flag", []string{"serve", "--bogus"}, 2, "--bogus"},
		{"too many words", []string{"serve", "now"}, 2, "now"},
		{"a group without a command", []string{"audit"}, 2, "audit"},
		{"a missing word", []string{"calendar", "load"}, 2, "要写 1 项"},
		{"a word too many", []string{"user", "list", "all"}, 2, "后面不能写 all"},
		{"a flag without its value", []string{"serve", "--listen"}, 2, "--listen 后面要写值"},
		{"a flag that is missing", []string{"user", "add", "x"}, 2, "要写参数 --name"},
		{"no database to look at", []string{"audit", "verify", "--data", file + "none"}, 1, "没有数据库"},
		{"a database of another make", []string{"config", "--db", "mysql://h/x"}, 1, "postgres://"},
		{"a server that is not there", []string{"migrate", "--db", "postgres://u@127.0.0.1:1/x"}, 1, "打不开数据库"},
		{"a time that is none", []string{"demo", "--now", "yesterday"}, 2, "2026-11-02T09:00:00+08:00"},
		{"a person both serving and administrator", []string{"user", "add", "x", "--name", "某", "--org", "1", "--admin", "system"}, 2, "--admin"},
		{"a demonstration for everybody", []string{"demo", "--listen", "0.0.0.0:1"}, 1, "--allow-remote-demo"},
		{"a data directory that cannot be", []string{"migrate", "--data", file + "/x"}, 1, "数据目录"},
		{"a rulebook that is not there", []string{"migrate", "--rulebook", file + "x"}, 1, "规则册"},
		{"a bad setting", []string{"config", "--log", "loud"}, 1, "debug"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, out, errOut := call(t, c.args...)
			if status != c.status || !strings.Contains(out+errOut, c.says) {
				t.Errorf("%d, %s%s", status, out, errOut)
			}
			if c.status == 1 && strings.Count(strings.TrimSpace(errOut), "\n") > 0 {
				t.Errorf("more than one line: %s", errOut)
			}
		})
	}
}

func TestUsers(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := t.TempDir()
	t.Run("in an empty database there is no county to add to", func(t *testing.T) {
		if status, _, errOut := call(t, "user", "add", "li", "--name", "李四", "--admin", "security", "--data", dir); status != 1 || strings.Contains(errOut, "panic") {
			t.Error(status, errOut)
		}
	})
}

func TestOpenAPI(t *testing.T) {
	status, out, errOut := call(t, "openapi")
	if status != 0 || !strings.Contains(out, `"openapi": "3.1`) || !strings.Contains(out, `"/matters/{id}/actions"`) {
		t.Error(status, errOut)
	}
	if i := strings.Index(out, "multipart/form-data"); i < 0 {
		t.Error("the upload is not described")
	}
}

func TestConfigShowsNoPassword(t *testing.T) {
	t.Chdir(t.TempDir())
	status, out, _ := call(t, "config", "--db", "postgres://u:geheim@h/x")
	if status != 0 || strings.Contains(out, "geheim") || !strings.Contains(out, "--db") {
		t.Error(out)
	}
}
