package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"tiaojietai/internal/config"
)

func load(t *testing.T, env map[string]string, args ...string) (*config.Config, error) {
	t.Helper()
	f := pflag.NewFlagSet("t", pflag.ContinueOnError)
	config.Flags(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return config.Load(f, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
}

func origin(c *config.Config, name string) (value, from string) {
	for _, v := range c.Values() {
		if v.Name == name {
			return v.Value, v.Origin
		}
	}
	return "", ""
}

func TestLoad(t *testing.T) {
	t.Chdir(t.TempDir())
	file := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:1\ndata: /from/file\nmetrics: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("flag before variable before file before default, each with its origin", func(t *testing.T) {
		c, err := load(t, map[string]string{"TIAOJIETAI_LISTEN": "127.0.0.1:2", "TIAOJIETAI_DATA": "/from/env"}, "--config", file, "--listen", "127.0.0.1:3")
		if err != nil {
			t.Fatal(err)
		}
		if c.Listen != "127.0.0.1:3" || c.Data != "/from/env" || !c.Metrics || c.Log != "info" {
			t.Errorf("%+v", c)
		}
		for name, word := range map[string]string{"listen": "--listen", "data": "TIAOJIETAI_DATA", "metrics": file, "log": "默认"} {
			if _, from := origin(c, name); !strings.Contains(from, word) {
				t.Errorf("%s from %s", name, from)
			}
		}
	})
	t.Run("a password is never shown", func(t *testing.T) {
		for _, dsn := range []string{"postgres://u:geheim@h/x", "postgres://h/x?user=u&password=geheim", "postgres://u:geheim%@h/x"} {
			c, err := load(t, nil, "--db", dsn)
			if err != nil {
				t.Fatal(err)
			}
			if v, _ := origin(c, "db"); strings.Contains(v, "geheim") || c.DB != dsn {
				t.Error(v)
			}
		}
	})
	t.Run("what is no PostgreSQL is refused, not taken for SQLite", func(t *testing.T) {
		for _, dsn := range []string{"mysql://h/x", "host=h password=geheim", "postgre://h/x"} {
			if _, err := load(t, nil, "--db", dsn); err == nil || strings.Contains(err.Error(), "geheim") {
				t.Error(dsn, err)
			}
		}
	})
	t.Run("what is wrong is named with its origin", func(t *testing.T) {
		for env, word := range map[string]string{"TIAOJIETAI_SECURE": "TIAOJIETAI_SECURE", "TIAOJIETAI_LOG": "debug"} {
			if _, err := load(t, map[string]string{env: "vielleicht"}); err == nil || !strings.Contains(err.Error(), word) {
				t.Error(err)
			}
		}
	})
	t.Run("an unknown setting in the file, and a named file that is not there", func(t *testing.T) {
		bad := filepath.Join(t.TempDir(), "bad.yaml")
		if err := os.WriteFile(bad, []byte("listne: x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load(t, nil, "--config", bad); err == nil || !strings.Contains(err.Error(), "listne") {
			t.Error(err)
		}
		if _, err := load(t, map[string]string{"TIAOJIETAI_CONFIG": bad + "x"}); err == nil {
			t.Error("no error")
		}
	})
}
