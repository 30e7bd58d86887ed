package ledger

import (
	_ "embed"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"

	"tiaojietai/internal/rulebook"
)

//go:embed words.yaml
var wordsFile []byte

// statusRule says where a row stands that has one of the words.
type statusRule struct {
	Status string   `yaml:"status"`
	How    string   `yaml:"how"`
	Remedy string   `yaml:"remedy"`
	Up     bool     `yaml:"up"` // held by the importing township
	Words  []string `yaml:"words"`
}

type categoryRule struct {
	Code  string   `yaml:"code"`
	Keep  bool     `yaml:"keep"`
	Words []string `yaml:"words"`
}

// vocabulary is words.yaml.
type vocabulary struct {
	Headers       map[string]map[string][]string `yaml:"headers"`
	Categories    []categoryRule                 `yaml:"categories"`
	Statuses      []statusRule                   `yaml:"statuses"`
	Sources       map[string][]string            `yaml:"sources"`
	Channels      map[string][]string            `yaml:"channels"`
	PetitionTypes map[string][]string            `yaml:"petitionTypes"`
	Roles         map[string][]string            `yaml:"roles"`
}

var words = func() vocabulary {
	var v vocabulary
	if err := yaml.UnmarshalWithOptions(wordsFile, &v, yaml.Strict()); err != nil {
		panic(err) // part of the program
	}
	return v
}()

// plain is a word without blanks, brackets and punctuation, in half-width letters.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// fieldFor finds the field a header names: the one with the longest synonym that
// the header is, ends with or begins with. fit is the length, 0 for none.
func fieldFor(kind, header string) (field string, fit int) {
	name := plain(dropUnit(header))
	for code, list := range words.Headers[kind] {
		for _, w := range list {
			w = plain(w)
			n := 2 * utf8.RuneCountInString(w)
			switch {
			case name == w:
				n++ // before a longer name that only ends so
			case strings.HasSuffix(name, w) || strings.HasPrefix(name, w):
			default:
				continue
			}
			if n > fit || n == fit && code < field {
				field, fit = code, n
			}
		}
	}
	return field, fit
}

// dropUnit takes a unit or remark in brackets off a header: 涉及金额（万元）.
func dropUnit(s string) string {
	s = norm.NFKC.String(s)
	for {
		open, end := strings.IndexByte(s, '('), strings.IndexByte(s, ')')
		if open < 0 || end < open {
			return s
		}
		if inside := s[open+1 : end]; plain(inside) == "社区" || plain(inside) == "居" {
			s = s[:open] + inside + s[end+1:]
			continue
		}
		s = s[:open] + s[end+1:]
	}
}

// guess proposes a field for each column, each field once: where two columns claim
// one, the better fit has it.
func guess(kind string, names []string) map[int]string {
	type claim struct {
		column, fit int
		field       string
	}
	var all []claim
	for i, name := range names {
		if f, fit := fieldFor(kind, name); fit > 0 {
			all = append(all, claim{i, fit, f})
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].fit > all[b].fit })
	out, taken := map[int]string{}, map[string]bool{}
	for _, c := range all {
		if !taken[c.field] {
			out[c.column], taken[c.field] = c.field, true
		}
	}
	if kind == Matters && !taken["foundAt"] { // a ledger that only has when it was accepted
		for column, field := range out {
			if field == "acceptedAt" {
				out[column] = "foundAt"
			}
		}
	}
	return out
}

// categoryOf gives the category of a ledger's word; keep tells that the word says
// more than the category. A word nobody knows goes to other and is kept.
func categoryOf(rb *rulebook.Rulebook, word string) (code string, keep bool) {
	name := strings.TrimSuffix(strings.TrimSuffix(plain(word), "类"), "纠纷")
	for _, c := range rb.Set("category") {
		if n := plain(c.Name); n == name || n == plain(word) || c.Code == word {
			return c.Code, false
		}
	}
	fit := 0
	for _, rule := range words.Categories {
		for _, w := range rule.Words {
			n := 2 * utf8.RuneCountInString(w)
			exact := name == w || name == strings.TrimSuffix(w, "纠纷")
			if exact {
				n += 100
			}
			if (exact || strings.Contains(name, w)) && n > fit && rb.Has("category", rule.Code) {
				code, keep, fit = rule.Code, rule.Keep || !exact, n
			}
		}
	}
	if fit == 0 {
		return "other", true
	}
	return code, keep
}

// statusOf finds where a cell says the row stands; false for words nobody knows.
func statusOf(cell string) (statusRule, bool) {
	text := plain(cell)
	for _, rule := range words.Statuses {
		for _, w := range rule.Words {
			if w = plain(w); text == w || utf8.RuneCountInString(w) > 1 && strings.Contains(text, w) {
				return rule, true
			}
		}
	}
	return statusRule{}, false
}

// codeOf finds the code of a set by its name or a word in the table; "" for none.
func codeOf(rb *rulebook.Rulebook, set string, table map[string][]string, cell string) string {
	text := plain(cell)
	for _, c := range rb.Set(set) {
		if plain(c.Name) == text || c.Code == cell {
			return c.Code
		}
	}
	code, fit := "", 0
	for c, list := range table {
		for _, w := range list {
			w = plain(w)
			if n := utf8.RuneCountInString(w); strings.Contains(text, w) && (n > fit || n == fit && c < code) {
				code, fit = c, n
			}
		}
	}
	return code
}
