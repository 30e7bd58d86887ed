package search

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// between stands where texts and words of a text meet, so that no row of pairs
// goes across. It is shorter than any token.
const between = "0"

// token writes one or two characters as four letters or digits each: 36⁴ is more
// than there are characters.
func token(runes ...rune) string {
	var b strings.Builder
	for _, r := range runes {
		s := strconv.FormatInt(int64(r), 36)
		b.WriteString("0000"[len(s):] + s)
	}
	return b.String()
}

// pairs are the tokens of neighbours in a word, in order.
func pairs(word string) (out []string) {
	runes := []rune(word)
	for i := 1; i < len(runes); i++ {
		out = append(out, token(runes[i-1], runes[i]))
	}
	return out
}

// singles are the tokens of a word's characters.
func singles(word string) (out []string) {
	for _, r := range word {
		out = append(out, token(r))
	}
	return out
}

// tokensOf are the tokens of normalised texts: the pairs in order, texts and words
// kept apart, then each single character once.
func tokensOf(texts []string) (out []string) {
	var ones []string
	for _, t := range texts {
		for word := range strings.FieldsSeq(t) {
			if p := pairs(word); len(p) > 0 {
				out = append(append(out, p...), between)
			}
			ones = append(ones, singles(word)...)
		}
	}
	slices.Sort(ones)
	return append(out, slices.Compact(ones)...)
}

// Term makes a term of sight: a class of one letter and a value. Any value gives
// letters and digits only, and different values different terms.
func Term(class byte, county, value string) string {
	return string(class) + plain(county) + "z" + plain(value)
}

// plain keeps digits, and writes anything else in hexadecimal after an x.
func plain(value string) string {
	if strings.Trim(value, "0123456789") == "" {
		return value
	}
	return "x" + hex.EncodeToString([]byte(value))
}
