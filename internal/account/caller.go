package account

import (
	"context"
	"slices"
)

// Roles within a body.
const (
	Mediator = "mediator" // 调解员
	Head     = "head"     // 负责人
)

// The three administrators.
const (
	System   = "system"   // 系统管理员
	Security = "security" // 安全管理员
	Auditor  = "auditor"  // 审计管理员
)

// Caller is who asks: a person acting for one body, or an administrator (then
// Org is ""). The zero Caller is the system itself, in jobs.
type Caller struct {
	County   string
	Person   string // id
	Name     string
	Org      string // acting body
	OrgLevel string
	OrgKind  string
	Roles    []string // in the acting body: mediator, head
	Admin    string   // "", or one of the three
	Session  string   // hash of its token, "" outside a session

	MustChange bool // nothing but /me, /me/password and /session until the password is changed
}

// Is tells whether the caller has the role in the acting body.
func (c Caller) Is(role string) bool { return slices.Contains(c.Roles, role) }

type callerKey struct{}

// CallerFrom is who asks, false for nobody signed in.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// WithCaller gives a context in which c asks.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Servant is a person serving in a body.
type Servant struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"`
}
