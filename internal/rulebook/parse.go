package rulebook

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Problem is one thing wrong with a file.
type Problem struct {
	File string
	Line int
	Msg  string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Msg) }

// Broken is the refusal of a file: every problem found, in the order of lines.
type Broken struct{ Problems []Problem }

// Error gives one line a problem: file:line: reason.
func (b *Broken) Error() string {
	lines := make([]string, len(b.Problems))
	for i, p := range b.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads and checks one rulebook; file is only the name for messages. The
// error is a *Broken.
func Parse(file string, data []byte) (*Rulebook, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, broken(file, err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, &Broken{[]Problem{{file, 1, "应当正好有一份规则册"}}}
	}
	r := &Rulebook{}
	if err := yaml.UnmarshalWithOptions(data, r, yaml.Strict()); err != nil {
		return nil, broken(file, err)
	}
	for i := range r.Levels {
		r.Levels[i].Rank = i
	}
	c := &checker{r: r, file: file, root: tree.Docs[0].Body}
	c.all()
	if len(c.problems) > 0 {
		sort.SliceStable(c.problems, func(i, j int) bool { return c.problems[i].Line < c.problems[j].Line })
		return nil, &Broken{c.problems}
	}
	r.index()
	return r, nil
}

var quoted = regexp.MustCompile(`"([^"]*)"`)

// broken turns an error of the YAML library into file, line and a Chinese reason.
func broken(file string, err error) *Broken {
	var (
		syntax *yaml.SyntaxError
		typ    *yaml.TypeError
		over   *yaml.OverflowError
		dup    *yaml.DuplicateKeyError
		field  *yaml.UnknownFieldError
		node   *yaml.UnexpectedNodeTypeError
		name   = func(msg string) string {
			if m := quoted.FindStringSubmatch(msg); m != nil {
				return m[1]
			}
			return msg
		}
		at = func(tk *token.Token, format string, args ...any) *Broken {
			line := 1
			if tk != nil && tk.Position != nil {
				line = tk.Position.Line
			}
			return &Broken{[]Problem{{file, line, fmt.Sprintf(format, args...)}}}
		}
	)
	switch {
	case errors.As(err, &field):
		return at(field.Token, "不认识的字段 %s", name(field.Message))
	case errors.As(err, &dup):
		return at(dup.Token, "字段 %s 写了两次", name(dup.Message))
	case errors.As(err, &typ):
		return at(typ.Token, "“%s”的类型不对，这里应是%s", typ.Token.Value, typeName(typ.DstType.Kind().String()))
	case errors.As(err, &over):
		return at(over.Token, "数字 %s 太大", over.SrcNum)
	case errors.As(err, &node):
		return at(node.Token, "这里的写法不对，应是%s", typeName(strings.ToLower(node.Expected.String())))
	case errors.As(err, &syntax) && strings.Contains(syntax.Message, "already defined"):
		return at(syntax.Token, "字段 %s 写了两次", name(syntax.Message))
	case errors.As(err, &syntax):
		return at(syntax.Token, "YAML 写法有误（%s）", syntax.Message)
	}
	return &Broken{[]Problem{{file, 1, "读不懂：" + err.Error()}}}
}

func typeName(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "整数"
	case kind == "bool":
		return "true 或 false"
	case kind == "slice", kind == "sequence":
		return "列表"
	case kind == "map", kind == "struct", kind == "mapping":
		return "一组字段"
	default:
		return "文字"
	}
}

// locate returns the line of the node at path (keys and indexes), or of the
// deepest part of it that is there.
func locate(node ast.Node, path []any) (line int, found bool) {
	line = lineOf(node)
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			return line, false
		}
		node = next
		line = lineOf(node)
	}
	return line, true
}

func child(node ast.Node, step any) ast.Node {
	if entry, ok := node.(*ast.MappingValueNode); ok {
		node = entry.Value
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if v.Key.GetToken().Value == step {
				return v
			}
		}
	case *ast.SequenceNode:
		if i, ok := step.(int); ok && i < len(n.Values) {
			return n.Values[i]
		}
	}
	return nil
}

func lineOf(node ast.Node) int {
	if node == nil {
		return 1
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return lineOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken().Position.Line
	}
	if tk := node.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 1
}
