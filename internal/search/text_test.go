package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormal(t *testing.T) {
	for text, want := range map[string]string{
		"ＡＢＣ１２３":               "abc123",
		"元马镇〔2026〕12号":         "元马镇〔2026〕12号",
		"李 国\t\n华　（男）":         " 李 国 华 (男)"[1:],
		"\u200b零\ufeff宽":       "零宽",
		"𠮷田Ｑ":                  "𠮷田q",
		"㎡ ℡ ﬁ":                "m2 tel fi",
		"e\u0301":              "\u00e9",
		"":                     "",
		" \u3000 ":             " ",
		"100%_\\'\"":           "100%_\\'\"",
		"ｶﾞ":                   "ガ",
		"第\u00ad一":             "第一",
		strings.Repeat("长", 5): "长长长长长",
	} {
		if got := Normal(text); got != want && got != Normal(want) {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for query, want := range map[string][]string{
		"水沟":        {"水沟"},
		" 水沟　李国华 ":  {"水沟", "李国华"},
		"水沟 水沟 Ａ a": {"水沟", "a"},
		"":          nil,
		"\u200b　":   nil,
		"%":         {"%"},
	} {
		if got := Words(query); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

func TestMarksShowTheOriginal(t *testing.T) {
	show := func(parts []Part) (s string) {
		for _, p := range parts {
			if p.Hit {
				s += "[" + p.Text + "]"
			} else {
				s += p.Text
			}
		}
		return s
	}
	long := strings.Repeat("前", 40) + "水沟" + strings.Repeat("后", 60) + "水沟" + strings.Repeat("尾", 40)
	for _, c := range []struct{ text, query, want string }{
		{"村东的水沟改道", "水沟", "村东的[水沟]改道"},
		{"ＡＢ１２号", "b1", "Ａ[Ｂ１]２号"},
		{"水水水", "水水", "[水水水]"},
		{"𠮷田家的𠮷", "𠮷", "[𠮷]田家的[𠮷]"},
		{"李\n国华", "国", "李 [国]华"},
		{"没有", "水", ""},
		{"ﬁx", "i", "[ﬁ]x"},
		{long, "水沟", "…" + strings.Repeat("前", 10) + "[水沟]" + strings.Repeat("后", 24) + "…" + strings.Repeat("后", 10) + "[水沟]" + strings.Repeat("尾", 24) + "…"},
	} {
		if got := show(Mark(c.text, Words(c.query))); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

// What the marks leave out is nothing but the ends: joined they are in the text.
func TestMarksAreOfTheText(t *testing.T) {
	alphabet := []rune("水沟水路Ａa1 　\n%𠮷ﬁ")
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		draw := func(n int) (s string) {
			for range n {
				s += string(alphabet[r.IntN(len(alphabet))])
			}
			return s
		}
		text, words := draw(r.IntN(80)), Words(draw(1+r.IntN(3)))
		parts := Mark(text, words)
		has := slices.ContainsFunc(words, func(w string) bool { return strings.Contains(Normal(text), w) })
		if (parts != nil) != has {
			t.Fatalf("seed %d: %q in %q: %v", seed, words, text, parts)
		}
		plain := strings.NewReplacer("\n", " ", "　", " ")
		for _, p := range parts {
			for piece := range strings.SplitSeq(p.Text, "…") {
				if !strings.Contains(plain.Replace(text), piece) {
					t.Fatalf("seed %d: %q is not in %q", seed, piece, text)
				}
			}
		}
	}
}

// A row of pairs stands in the tokens exactly where the word stands in a text.
func TestTokensFindWhatContainsFinds(t *testing.T) {
	alphabet := []rune("水沟路a1%𠮷 ")
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		draw := func(n int) (s string) {
			for range n {
				s += string(alphabet[r.IntN(len(alphabet))])
			}
			return Normal(s)
		}
		list := []string{draw(r.IntN(12)), draw(r.IntN(12))}
		stream := " " + strings.Join(tokensOf(list), " ") + " "
		for _, word := range Words(draw(1 + r.IntN(4))) {
			tokens := pairs(word)
			if len(tokens) == 0 {
				tokens = singles(word)
			}
			got := strings.Contains(stream, " "+strings.Join(tokens, " ")+" ")
			if want := strings.Contains(strings.Join(list, "\n"), word); got != want {
				t.Fatalf("seed %d: %q in %q: %v", seed, word, list, got)
			}
		}
	}
}

func TestTokensHaveOneLength(t *testing.T) {
	for _, r := range []rune{0, 'a', '水', '𠮷', utf8.MaxRune} {
		if got := token(r); len(got) != 4 {
			t.Errorf("%U is %q", r, got)
		}
	}
	if token(1, 2) != token(1)+token(2) {
		t.Error("a pair is not its two")
	}
}

func TestTermsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, v := range [][2]string{{"1", "2"}, {"12", ""}, {"1", "x32"}, {"1", "农村/水"}, {"1", "农村"}, {"", "12"}, {"1", "A"}, {"1", "a"}} {
		term := Term('o', v[0], v[1])
		if was := seen[term]; was != "" || strings.Trim(term, "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%v is %s, as %s", v, term, was)
		}
		seen[term] = fmt.Sprint(v)
	}
}
