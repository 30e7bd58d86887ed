package ledger

import (
	"context"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/workday"
)

// peopleTaker enters people with the bodies they serve in.
type peopleTaker struct {
	reader
	there map[string]bool // body and name of who serves now
}

func newPeopleTaker(ctx context.Context, r reader) (*peopleTaker, error) {
	t := &peopleTaker{reader: r}
	err := r.s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		t.there, err = serving(ctx, q, r.b.County)
		return err
	})
	return t, err
}

func (t *peopleTaker) check(row sheet.Row) (any, []sheet.Reason) {
	r := t.on(row)
	p := account.NewPerson{Name: r.need("name", "姓名"), Phone: r.text("phone"), ExternalID: r.text("externalNumber")}
	if len([]rune(p.Name)) > 40 {
		r.bad("name", "姓名太长，请在 40 个字以内。")
	}
	if p.Phone != "" && !matter.PhoneLike(p.Phone) {
		r.bad("phone", "电话应是 11 位手机号，或带区号的 7 至 8 位座机号。")
	}
	roles := t.roles(r)
	since := ""
	if day := r.day("since"); day.After(t.s.DB.Now()) {
		r.bad("since", "任职日期不能在将来。")
	} else if !day.IsZero() {
		since = workday.Date(day)
	}
	for _, word := range several(r.need("org", "所在机构")) {
		o, why := t.bodies.find(word)
		if why != "" {
			r.bad("org", why)
			continue
		}
		if t.there[o.Code+"\x00"+p.Name] {
			r.bad("name", o.ShortName+"已经有一位同名的人，没有重复导入；确实是两个人的，请在人员页面单独添加。")
		}
		for _, role := range roles {
			p.Serves = append(p.Serves, account.ServeIn{Org: o.Code, Role: role, Since: since})
		}
	}
	if len(r.reasons) > 0 {
		return nil, r.reasons
	}
	for _, s := range p.Serves {
		t.there[s.Org+"\x00"+p.Name] = true
	}
	return p, nil
}

// roles reads 负责人、调解员 and the like; a blank cell is a mediator.
func (t *peopleTaker) roles(r *rowOf) []string {
	text := r.text("role")
	if text == "" {
		return []string{account.Mediator}
	}
	var out []string
	for _, role := range []string{account.Head, account.Mediator} {
		for _, w := range words.Roles[role] {
			if strings.Contains(plain(text), w) {
				out = append(out, role)
				break
			}
		}
	}
	if len(out) == 0 {
		r.bad("role", "认不出这个职务，请写负责人或调解员。")
	}
	return out
}

func (t *peopleTaker) enter(ctx context.Context, v any) (string, error) {
	return t.s.People.AddPerson(ctx, t.b.caller(), t.b.County, v.(account.NewPerson))
}

func (t *peopleTaker) reasonsOf(e *errs.Error) []sheet.Reason { return t.byField(e, nil) }
