package gm

import (
	"strings"
	"unicode"
)

// Normalise writes a value as the blind index compares it: full-width letters
// and digits as ASCII, no spaces, hyphens or dots, letters upper case; of a
// mobile number no country code.
func Normalise(purpose, value string) string {
	value = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full width
			r -= '！' - '!'
		}
		switch {
		case unicode.IsSpace(r), r == '-', r == '.', r == '—', r == '–', r == '·', r == '\uFEFF', r == '\u200B':
			return -1
		}
		return unicode.ToUpper(r)
	}, value)
	if purpose == ForPhone {
		for _, prefix := range []string{"+86", "0086", "86"} {
			if rest, ok := strings.CutPrefix(value, prefix); ok && len(rest) == 11 && rest[0] == '1' {
				return rest
			}
		}
	}
	return value
}

// LastFour are the last four characters of a normalised value, for the index
// that finds "ends in 0001"; "" for a shorter one, which would be the whole.
func LastFour(value string) string {
	r := []rune(Normalise("", value))
	if len(r) <= 4 {
		return ""
	}
	return string(r[len(r)-4:])
}

// MaskPhone: 139****0001.
func MaskPhone(s string) string { return middle(s, 3, 4) }

// MaskID: 530***********1234.
func MaskID(s string) string { return middle(s, 3, 4) }

// MaskAccount of a bank: only the last four.
func MaskAccount(s string) string { return middle(s, 0, 4) }

// MaskAddress keeps the first six characters, of a short one the first half.
func MaskAddress(s string) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) == 0 {
		return ""
	}
	return string(r[:min(6, len(r)/2)]) + "****"
}

// middle stars all but the first and last characters. Where those would be more
// than half, only the last two stay, or nothing.
func middle(s string, first, last int) string {
	r := []rune(strings.TrimSpace(s))
	switch {
	case len(r) >= first+last+3:
	case len(r) > 4:
		first, last = 0, 2
	default:
		first, last = 0, 0
	}
	return string(r[:first]) + strings.Repeat("*", len(r)-first-last) + string(r[len(r)-last:])
}
