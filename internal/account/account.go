package account

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// account is a login as stored.
type account struct {
	County      string `db:"county"`
	Person      string `db:"person"`
	Login       string `db:"login"`
	Password    string `db:"password"` // argon2id, "" for none: nobody gets in
	Past        string `db:"past"`     // JSON array of earlier hashes, the newest first
	Admin       string `db:"admin"`
	MustChange  int64  `db:"must_change"`
	Exempt      int64  `db:"exempt"` // 1: no password rules, for demonstration logins
	Failures    int64  `db:"failures"`
	LockedUntil int64  `db:"locked_until"`
	ChangedAt   int64  `db:"changed_at"`
	DisabledAt  int64  `db:"disabled_at"`
	SeenAt      int64  `db:"seen_at"` // last used, to the minute
}

// Person is someone who serves, or an administrator.
type Person struct {
	County     string `db:"county"`
	ID         string `db:"id"`
	Name       string `db:"name"`
	Phone      string `db:"phone"` // sealed
	ExternalID string `db:"external_id"`
}

// service says that a person serves in a body from a day to a day (exclusive).
type service struct {
	County string `db:"county"`
	Person string `db:"person"`
	Org    string `db:"org"`
	Role   string `db:"role"`
	Since  string `db:"since"`
	Until  string `db:"until"`
}

type session struct {
	County    string `db:"county"`
	TokenHash string `db:"token_hash"`
	Person    string `db:"person"`
	Org       string `db:"org"`
	Bearer    int64  `db:"bearer"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
}

type login struct {
	Name       string `db:"name"`
	HomeCounty string `db:"home_county"`
	Person     string `db:"person"`
}

// expired tells whether the password is older than the rulebook allows.
func (a account) expired(p rulebook.Password, now time.Time) bool {
	if a.Exempt == 1 || p.ExpireDays == 0 || a.ChangedAt == 0 {
		return false
	}
	return now.After(db.Instant(a.ChangedAt).AddDate(0, 0, p.ExpireDays))
}

func (a account) past() (hashes []string) {
	_ = json.Unmarshal([]byte(a.Past), &hashes)
	return hashes
}

// remember gives the earlier hashes with the present one put in front, at most n.
func (a account) remember(n int) string {
	hashes := append([]string{a.Password}, a.past()...)
	text, err := json.Marshal(hashes[:min(n, len(hashes))])
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

// checkPassword applies the rulebook's rules to a new password (GB/T 22239-2019,
// 身份鉴别: length and classes). Whether it was used before is not seen here.
func checkPassword(p rulebook.Password, password, loginName string) error {
	classes := map[string]bool{}
	n := 0
	for _, r := range password {
		n++
		switch {
		case unicode.IsUpper(r):
			classes["upper"] = true
		case unicode.IsLower(r):
			classes["lower"] = true
		case unicode.IsDigit(r):
			classes["digit"] = true
		default:
			classes["other"] = true
		}
	}
	switch {
	case n < p.MinLength:
		return errs.InvalidField("new", fmt.Sprintf("新密码至少要 %d 位。", p.MinLength))
	case n > maxPassword:
		return errs.InvalidField("new", fmt.Sprintf("新密码太长，请在 %d 位以内。", maxPassword))
	case len(classes) < p.Classes:
		return errs.InvalidField("new", fmt.Sprintf("新密码要有大写字母、小写字母、数字、符号中的至少 %d 种。", p.Classes))
	case strings.Contains(strings.ToLower(password), strings.ToLower(loginName)):
		return errs.InvalidField("new", "新密码里不能有登录名。")
	}
	return nil
}

// maxPassword bounds what is hashed, in runes.
const maxPassword = 128

// maxSessions is how many sessions a person may have at once; the oldest gives
// way (GB/T 22239-2019 asks for a limit and leaves the number open).
const maxSessions = 5
