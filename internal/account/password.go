package account

import (
	"context"
	"crypto/rand"
	"math/big"
	"runtime"
	"sync"

	"github.com/alexedwards/argon2id"
)

// argon are the parameters of RFC 9106's spirit within a county server's memory:
// 19 MiB, two passes, one lane (OWASP's first choice).
var argon = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing lets as many hashes run as there are cores: each takes 19 MiB and a
// core, and a flood of logins must not take the machine.
var hashing = make(chan struct{}, runtime.NumCPU())

func hashPassword(ctx context.Context, password string) (string, error) {
	if err := turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-hashing }()
	return argon2id.CreateHash(password, &argon)
}

// samePassword takes the same time for an unknown account (hash "").
func samePassword(ctx context.Context, password, hash string) (bool, error) {
	if err := turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-hashing }()
	if hash == "" {
		_, _ = argon2id.ComparePasswordAndHash(password, nobody())
		return false, nil
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

func turn(ctx context.Context) error {
	select {
	case hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nobody is the hash of a password that nobody has.
var nobody = sync.OnceValue(func() string {
	h, err := argon2id.CreateHash(randomPassword(), &argon)
	if err != nil {
		panic(err) // only without randomness
	}
	return h
})

// randomPassword is 16 characters of all four classes, without those that are
// easily mistaken (0 O 1 l I), to be read from a screen and typed once.
func randomPassword() string {
	const upper, lower, digit, other = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-+=#%"
	sets := []string{upper, lower, digit, other}
	out := make([]byte, 16)
	for i := range out {
		from := upper + lower + digit
		if i > 0 && i <= len(sets) {
			from = sets[i-1]
		}
		out[i] = from[pick(len(from))]
	}
	return string(out)
}

func pick(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // never since Go 1.24
	}
	return int(i.Int64())
}
