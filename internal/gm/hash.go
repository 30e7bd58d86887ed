package gm

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/emmansun/gmsm/sm3"
)

// SM3 is the hex hash of the parts. Each part is preceded by its length, so that
// ("ab","c") and ("a","bc") do not collide.
func SM3(parts ...[]byte) string { return hex.EncodeToString(sum(sm3.New(), parts)) }

// HMAC is the hex SM3-HMAC of the parts under key, with the same lengths.
func HMAC(key []byte, parts ...[]byte) string {
	return hex.EncodeToString(sum(hmac.New(sm3.New, key), parts))
}

func sum(h hash.Hash, parts [][]byte) []byte {
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	return h.Sum(nil)
}

// SameHash compares two hashes in constant time.
func SameHash(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// Token is a random secret of 256 bits, safe in a cookie or a header.
func Token() string { return base64.RawURLEncoding.EncodeToString(random(32)) }

// random never fails: since Go 1.24 crypto/rand ends the program rather than
// give weak bytes.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
