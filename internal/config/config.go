// Package config reads the settings: from flags, then TIAOJIETAI_… variables,
// then a file, then defaults; and can say where each value came from.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

// DefaultFile is read when it is there and no other file is named.
const DefaultFile = "tiaojietai.yaml"

// Config is what is in force.
type Config struct {
	Data     string   // directory of database, attachments and keys
	DB       string   // postgres://… in place of the SQLite file, or ""
	Listen   string   // host:port
	Rulebook string   // rulebook file, "" for the built-in one
	Secure   bool     // behind HTTPS: cookies are marked so
	Origins  []string // origins trusted beside the server's own
	Metrics  bool     // serve /metrics
	Log      string   // debug, info, warn, error

	values []Value
}

// Value is a setting with its origin.
type Value struct {
	Name, Value, Origin string
}

type setting struct {
	name, fallback, usage string
	secret                bool
	isBool                bool
	set                   func(c *Config, v string) error
}

func text(at func(*Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error { *at(c) = v; return nil }
}

func flag(at func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, v string) (err error) {
		if *at(c), err = strconv.ParseBool(v); err != nil {
			return errors.New("要写 true 或 false")
		}
		return nil
	}
}

var settings = []setting{
	{name: "data", fallback: "./data", usage: "放数据库、附件和密钥的目录", set: text(func(c *Config) *string { return &c.Data })},
	{name: "db", usage: "postgres://…，代替目录里的 SQLite 数据库", secret: true, set: func(c *Config, v string) error {
		if v != "" && !strings.HasPrefix(v, "postgres://") && !strings.HasPrefix(v, "postgresql://") {
			return errors.New("要写 postgres:// 开头的地址") // anything else would quietly be SQLite
		}
		c.DB = v
		return nil
	}},
	{name: "listen", fallback: "127.0.0.1:8080", usage: "监听的地址和端口", set: text(func(c *Config) *string { return &c.Listen })},
	{name: "rulebook", usage: "规则册文件，不写用自带的元谋县“4+2”规则册", set: text(func(c *Config) *string { return &c.Rulebook })},
	{name: "secure", fallback: "false", usage: "前面有 HTTPS 时写 true，Cookie 只走 HTTPS", isBool: true, set: flag(func(c *Config) *bool { return &c.Secure })},
	{name: "origins", usage: "除自己以外还信任的网址，用逗号分开", set: func(c *Config, v string) error {
		c.Origins = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
		return nil
	}},
	{name: "metrics", fallback: "false", usage: "提供 /metrics", isBool: true, set: flag(func(c *Config) *bool { return &c.Metrics })},
	{name: "log", fallback: "info", usage: "日志详细程度：debug、info、warn、error", set: func(c *Config, v string) error {
		if !slices.Contains([]string{"debug", "info", "warn", "error"}, v) {
			return errors.New("只能是 debug、info、warn、error")
		}
		c.Log = v
		return nil
	}},
}

// Flags adds the settings to a command's flags.
func Flags(f *pflag.FlagSet) {
	f.String("config", "", "设置文件（YAML），默认读当前目录的 "+DefaultFile)
	for _, s := range settings {
		if s.isBool {
			f.Bool(s.name, false, s.usage)
		} else {
			f.String(s.name, s.fallback, s.usage)
		}
	}
}

// variable is the environment variable of a setting.
func variable(name string) string {
	return "TIAOJIETAI_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Load reads all settings. env is os.LookupEnv.
func Load(f *pflag.FlagSet, env func(string) (string, bool)) (*Config, error) {
	file, from, err := readFile(f, env)
	if err != nil {
		return nil, err
	}
	c := &Config{}
	for _, s := range settings {
		v, origin := s.fallback, "默认"
		if fv, ok := file[s.name]; ok {
			v, origin = fv, from
		}
		if ev, ok := env(variable(s.name)); ok {
			v, origin = ev, "环境变量 "+variable(s.name)
		}
		if fl := f.Lookup(s.name); fl != nil && fl.Changed {
			v, origin = fl.Value.String(), "参数 --"+s.name
		}
		if err := s.set(c, v); err != nil {
			return nil, fmt.Errorf("设置 %s（来自%s）不对：%w", s.name, origin, err)
		}
		if s.secret {
			v = hide(v)
		}
		c.values = append(c.values, Value{s.name, v, origin})
	}
	return c, nil
}

func readFile(f *pflag.FlagSet, env func(string) (string, bool)) (map[string]string, string, error) {
	path, named := "", false
	if fl := f.Lookup("config"); fl != nil && fl.Changed {
		path, named = fl.Value.String(), true
	} else if v, ok := env("TIAOJIETAI_CONFIG"); ok {
		path, named = v, true
	} else {
		path = DefaultFile
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("读不了设置文件 %s：%w", path, err)
	}
	var raw map[string]any
	if err := yaml.Unmarshal(content, &raw); err != nil {
		return nil, "", fmt.Errorf("设置文件 %s 格式不对：%w", path, err)
	}
	out := map[string]string{}
	for k, v := range raw {
		if !slices.ContainsFunc(settings, func(s setting) bool { return s.name == k }) {
			return nil, "", fmt.Errorf("设置文件 %s 里的 %s 不是已知的设置", path, k)
		}
		out[k] = fmt.Sprint(v)
	}
	return out, "文件 " + path, nil
}

// hide takes the password out of a DSN.
func hide(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" {
		q := u.Query()
		if q.Has("password") {
			q.Set("password", "xxxxx")
			u.RawQuery = q.Encode()
		}
		return u.Redacted()
	}
	if dsn == "" {
		return ""
	}
	return "xxxxx" // a password with a stray % is no address that can be read
}

// Values are all settings with their origins, secrets hidden.
func (c *Config) Values() []Value { return c.values }
