package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normal is a text as it is compared: NFKC (full width becomes half), lower case,
// any run of white space one space, what cannot be seen left out.
func Normal(text string) string { return string(normalise(text).runes) }

// normal is a normalised text; from and to say which bytes of the original each
// rune stands for.
type normal struct {
	runes    []rune
	from, to []int
}

func normalise(text string) (n normal) {
	var it norm.Iter
	it.InitString(norm.NFKC, text)
	for !it.Done() {
		from := it.Pos()
		part := it.Next()
		for _, r := range string(part) {
			switch {
			case unicode.IsSpace(r) || unicode.IsControl(r):
				if len(n.runes) > 0 && n.runes[len(n.runes)-1] == ' ' {
					continue
				}
				r = ' '
			case unicode.Is(unicode.Cf, r): // joiners, byte order marks
				continue
			}
			n.runes = append(n.runes, unicode.ToLower(r))
			n.from, n.to = append(n.from, from), append(n.to, it.Pos())
		}
	}
	return n
}

// Words are what is searched for: each must be found, wherever. None for a query
// that has nothing to be seen in it.
func Words(query string) (words []string) {
	for _, w := range strings.Fields(Normal(query)) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// Part is a piece of a text, inside a hit or between hits.
type Part struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// How much is shown around a hit, in characters, and how many places of a text.
const (
	shownBefore = 10
	shownAfter  = 24
	shownPlaces = 3
)

// Mark cuts a text into the places where words are found, with a little around
// each; nil where none is. What is left out is shown as "…".
func Mark(text string, words []string) []Part {
	hit := marked(text, words)
	runes := []rune(text)
	var parts []Part
	end := 0 // of what has been shown
	for places, i := 0, 0; i < len(runes) && places < shownPlaces; i++ {
		if i < end || !hit[i] {
			continue
		}
		begin := max(end, i-shownBefore)
		if begin > end {
			parts = append(parts, Part{Text: "…"})
		}
		end = windowEnd(hit, i)
		parts = append(parts, pieces(runes[begin:end], hit[begin:end])...)
		places++
	}
	if end > 0 && end < len(runes) {
		parts = append(parts, Part{Text: "…"})
	}
	return joined(parts)
}

// windowEnd is how far the place that begins with the hit at i goes on: hits close
// by belong to it, none is cut.
func windowEnd(hit []bool, i int) int {
	last := i
	for j := i; j < len(hit) && j <= last+shownAfter; j++ {
		if hit[j] {
			last = j
		}
	}
	return min(len(hit), last+1+shownAfter)
}

// marked tells of each rune of a text whether it is in a hit.
func marked(text string, words []string) []bool {
	n := normalise(text)
	bytes := make([]bool, len(text)+1)
	for _, w := range words {
		word := []rune(w)
		for i := 0; i+len(word) <= len(n.runes); i++ {
			if slices.Equal(n.runes[i:i+len(word)], word) {
				for b := n.from[i]; b < n.to[i+len(word)-1]; b++ {
					bytes[b] = true
				}
			}
		}
	}
	var hit []bool
	for at := range text {
		hit = append(hit, bytes[at])
	}
	return hit
}

func pieces(runes []rune, hit []bool) (parts []Part) {
	for i, r := range runes {
		if unicode.IsSpace(r) {
			r = ' '
		}
		parts = append(parts, Part{string(r), hit[i]})
	}
	return parts
}

// joined puts neighbours of one sort together.
func joined(parts []Part) (out []Part) {
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].Hit == p.Hit {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}
