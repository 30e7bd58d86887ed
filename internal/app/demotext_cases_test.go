package app

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	demoDetailRe = regexp.MustCompile(`\{([^}]*)\}`)
	demoDefineRe = regexp.MustCompile(`(\S+?)=`)
)

// demoUndefined names the details a situation uses without defining them.
func demoUndefined(v string, texts ...string) []string {
	known := strings.Fields("A B C a b c 村 组 本级 when pm dl 菜 果")
	for _, m := range demoDefineRe.FindAllStringSubmatch(v, -1) {
		known = append(known, m[1])
		if m[1] == "m" {
			known = append(known, strings.Fields("s r s1 s2 o w1元 w2元")...)
		}
	}
	var bad []string
	for _, text := range texts {
		for _, m := range demoDetailRe.FindAllStringSubmatch(text, -1) {
			k := strings.TrimPrefix(m[1], "年")
			_, isPool := demoPools[strings.TrimRight(k, "23")]
			_, err := strconv.Atoi(k)
			if !isPool && err != nil && !slices.Contains(known, k) {
				bad = append(bad, m[0])
			}
		}
		if strings.Count(text, "[") != strings.Count(text, "]") || strings.Count(text, "{") != strings.Count(text, "}") {
			bad = append(bad, "brackets: "+text)
		}
	}
	return bad
}

// TestDemoCases checks every situation by itself, because a draw reaches some
// of them rarely: all details defined, all texts there, possible every place
// and month it says.
func TestDemoCases(t *testing.T) {
	titles := map[string]bool{}
	for cat, cases := range demoCases() {
		want := 6
		if slices.Contains(strings.Fields("neighbourhood land homestead damage marriage contract production expropriation migrantWages traffic"), cat) {
			want = 14
		}
		if len(cases) < want {
			t.Errorf("%s has %d situations, want %d", cat, len(cases), want)
		}
		for _, c := range cases {
			if bad := demoUndefined(c.v, c.t, c.d, c.p, c.q, c.gap, c.chk, c.s, c.f); bad != nil {
				t.Errorf("%s: %s: undefined %v", cat, c.t, bad)
			}
			for _, need := range []string{c.t, c.d, c.p, c.q, c.gap, c.chk, c.s, c.f} {
				if strings.TrimSpace(need) == "" {
					t.Errorf("%s: %s: a text is missing", cat, c.t)
				}
			}
			if titles[c.t] {
				t.Errorf("situation twice: %s", c.t)
			}
			titles[c.t] = true
		}
		for month := 1; month <= 12; month++ {
			for _, terr := range "bhr" {
				n := 0
				for _, c := range cases {
					if c.te == "" || strings.ContainsRune(c.te, terr) {
						if c.mo == "" || demoMonthIn(c.mo, month) {
							n++
						}
					}
				}
				if n < 2 && cat != "tourism" && cat != "ecommerce" && cat != "property" {
					t.Errorf("%s: %d situations in month %d, terrain %c", cat, n, month, terr)
				}
			}
		}
	}
	for _, c := range demoPetitionCases {
		if bad := demoUndefined(c.v, c.t, c.d, c.p, c.q, c.rp); bad != nil {
			t.Errorf("petition %s: undefined %v", c.t, bad)
		}
	}
	if len(demoPetitionCases) < 40 {
		t.Errorf("%d petition situations", len(demoPetitionCases))
	}
}
