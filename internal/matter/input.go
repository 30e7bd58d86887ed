package matter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

// Field describes one input of an action: the form is drawn from it, the input
// is checked by it, the API document is written from it.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Set      string   `json:"-"` // rulebook code set of a choice
	Options  []Option `json:"options,omitempty"`
	Multiple bool     `json:"multiple,omitempty"`
	Default  any      `json:"default,omitempty"`
	Help     string   `json:"help,omitempty"`
	When     *When    `json:"when,omitempty"`
}

// Option is one choice offered.
type Option struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Hint string `json:"hint,omitempty"`
}

// When says that the field is asked for only with these values of another.
type When struct {
	Field string   `json:"field"`
	In    []string `json:"in"`
}

// Limits of texts, in characters.
const (
	maxLine = 100
	maxText = 4000
)

// Input is what was sent for an action, checked by its fields.
type Input map[string]any

// Text, Bool, Has, Codes and Int read checked values; absent ones are zero.
func (in Input) Text(name string) string { s, _ := in[name].(string); return s }
func (in Input) Bool(name string) bool   { b, _ := in[name].(bool); return b }
func (in Input) Has(name string) bool    { _, ok := in[name]; return ok }
func (in Input) Codes(name string) []string {
	c, _ := in[name].([]string)
	return c
}
func (in Input) Int(name string) int64           { n, _ := in[name].(int64); return n }
func (in Input) Time(name string) time.Time      { t, _ := in[name].(time.Time); return t }
func (in Input) Raw(name string) json.RawMessage { r, _ := in[name].(json.RawMessage); return r }

// wrong collects what is wrong with an input, field by field.
type wrong struct{ fields []errs.Field }

func (w *wrong) add(field, format string, args ...any) {
	w.fields = append(w.fields, errs.Field{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (w *wrong) err() error {
	if len(w.fields) == 0 {
		return nil
	}
	msg := w.fields[0].Message
	if len(w.fields) > 1 {
		msg = fmt.Sprintf("有 %d 处需要改：%s 等。", len(w.fields), msg)
	}
	return &errs.Error{Kind: errs.Invalid, Code: "invalid", Msg: msg, Fields: w.fields}
}

// known answers whether codes, bodies, parties and so on of an input exist.
type known interface {
	has(f Field, code string) bool
	clock() time.Time
}

// parse checks raw JSON against the fields: unknown, missing and wrong ones are
// named, the values never repeated.
func parse(raw json.RawMessage, fields []Field, k known) (Input, error) {
	var sent map[string]json.RawMessage
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = json.RawMessage("{}")
	}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return nil, errs.InvalidField("input", "填写的内容应是一组字段。")
	}
	in, w := Input{}, &wrong{}
	for name := range sent {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			w.add(name, "不认识的字段。")
		}
	}
	for _, f := range fields {
		v, ok := sent[f.Name]
		if !ok || bytes.Equal(bytes.TrimSpace(v), []byte("null")) {
			continue
		}
		if val, msg := f.read(v, k); msg != "" {
			w.add(f.Name, "%s", msg)
		} else if val != nil {
			in[f.Name] = val
		}
	}
	for _, f := range fields {
		if f.Required && !in.Has(f.Name) && f.asked(in) && !w.has(f.Name) {
			w.add(f.Name, "请填写“%s”。", f.Label)
		}
	}
	slices.SortFunc(w.fields, func(a, b errs.Field) int { return strings.Compare(a.Field, b.Field) })
	return in, w.err()
}

func (w *wrong) has(field string) bool {
	return slices.ContainsFunc(w.fields, func(f errs.Field) bool { return f.Field == field })
}

func (f Field) asked(in Input) bool {
	return f.When == nil || slices.Contains(f.When.In, in.Text(f.When.Field))
}

// read turns one JSON value into a Go value by the field's type, or says in
// Chinese what is wrong with it.
func (f Field) read(v json.RawMessage, k known) (any, string) {
	switch f.Type {
	case "text", "longText":
		return f.readText(v)
	case "bool", "tick":
		var b bool
		if json.Unmarshal(v, &b) != nil {
			return nil, fmt.Sprintf("“%s”请选是或否。", f.Label)
		}
		if f.Type == "tick" && !b {
			return nil, fmt.Sprintf("请确认“%s”。", f.Label)
		}
		return b, ""
	case "integer", "money":
		var n int64
		if json.Unmarshal(v, &n) != nil || n < 0 {
			return nil, fmt.Sprintf("“%s”应是不小于 0 的整数。", f.Label)
		}
		return n, ""
	case "date", "instant":
		return f.readTime(v)
	case "choice", "org", "orgs", "party", "parties", "persons", "demand", "demands", "attachment":
		return f.readCodes(v, k)
	}
	return v, "" // objects: read by the rule
}

func (f Field) readText(v json.RawMessage) (any, string) {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return nil, fmt.Sprintf("“%s”应是文字。", f.Label)
	}
	limit := maxText
	if f.Type == "text" {
		limit = maxLine
	}
	s, msg := cleanText(s, f.Label, limit)
	if s == "" {
		return nil, msg
	}
	return s, msg
}

// cleanText trims; control characters and too long texts are refused.
func cleanText(s, label string, limit int) (string, string) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n > limit {
		return "", fmt.Sprintf("“%s”最多 %d 个字，现在有 %d 个字。", label, limit, n)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return "", fmt.Sprintf("“%s”里有看不见的控制字符，请重新输入。", label)
	}
	return s, ""
}

// readTime accepts an instant with zone, or a date: for a duty to be done by
// then, the end of that day in Shanghai.
func (f Field) readTime(v json.RawMessage) (any, string) {
	var s string
	if json.Unmarshal(v, &s) == nil {
		if t, err := time.Parse(time.RFC3339, s); err == nil && t.Year() >= 1990 && t.Year() <= 2100 {
			return t, ""
		}
		if day, ok := workday.ParseDate(s); ok && day >= "1990" && day < "2101" {
			if f.Type == "date" {
				return workday.EndOf(day), ""
			}
			return workday.Midnight(day), ""
		}
	}
	return nil, fmt.Sprintf("“%s”的时间写法不对，应像 2026-11-02 或 2026-11-02T09:00:00+08:00。", f.Label)
}

func (f Field) multiple() bool {
	return f.Multiple || f.Type == "orgs" || f.Type == "parties" || f.Type == "persons" || f.Type == "demands"
}

func (f Field) readCodes(v json.RawMessage, k known) (any, string) {
	var list []string
	if f.multiple() {
		if json.Unmarshal(v, &list) != nil {
			return nil, fmt.Sprintf("“%s”应是一组选项。", f.Label)
		}
	} else {
		var s string
		if json.Unmarshal(v, &s) != nil {
			return nil, fmt.Sprintf("“%s”应选一项。", f.Label)
		}
		if s == "" {
			return nil, ""
		}
		list = []string{s}
	}
	for _, c := range list {
		if !k.has(f, c) {
			return nil, fmt.Sprintf("“%s”里没有这个选项，请重新选择。", f.Label)
		}
	}
	if f.multiple() {
		list = slices.Compact(slices.Sorted(slices.Values(list)))
		if len(list) == 0 {
			return nil, ""
		}
		return list, ""
	}
	return list[0], ""
}
