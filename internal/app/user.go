package app

import (
	"context"
	"fmt"

	"tiaojietai/internal/account"
)

// NewUser is what `user add` takes: a person with a login, who either serves in a
// body or is one of the three administrators.
type NewUser struct {
	Login, Name string
	Org, Role   string
	Admin       string
}

// AddUser adds a person and the login, all or nothing, and returns the password
// to be shown once.
func (a *App) AddUser(ctx context.Context, u NewUser) (password string, err error) {
	if _, err := a.Keys.Of(a.County()); err != nil {
		return "", fmt.Errorf("数据库里还没有建县：请先运行一次 tiaojietai serve（%w）", err)
	}
	system := account.Caller{}
	err = a.DB.Batch(ctx, func(ctx context.Context) error {
		id, err := a.Accounts.AddPerson(ctx, system, a.County(), account.NewPerson{Name: u.Name})
		if err == nil && u.Org != "" {
			err = a.Accounts.Serve(ctx, system, a.County(), id, u.Org, u.Role)
		}
		if err == nil {
			password, err = a.Accounts.AddLogin(ctx, system, a.County(), account.NewLogin{Person: id, Login: u.Login, Admin: u.Admin})
		}
		return err
	})
	return password, err
}

// Users lists the accounts.
func (a *App) Users(ctx context.Context) ([]account.Listed, error) {
	return a.Accounts.List(ctx, a.County())
}

// ResetUser gives a login a new password, to be shown once.
func (a *App) ResetUser(ctx context.Context, login string) (password string, err error) {
	return a.Accounts.Reset(ctx, account.Caller{}, login)
}

// LockUser closes a login, or opens it again.
func (a *App) LockUser(ctx context.Context, login string, locked bool) error {
	return a.Accounts.Lock(ctx, account.Caller{}, login, locked)
}

// IssueToken makes a bearer token for a login, to be shown once.
func (a *App) IssueToken(ctx context.Context, login, org string) (token string, err error) {
	return a.Accounts.IssueToken(ctx, account.Caller{}, login, org)
}
