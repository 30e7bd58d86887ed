package account

import (
	"encoding/base64"
	"regexp"
	"strings"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/workday"
)

// PersonItem is a person as the API shows them. Who does not look after accounts
// gets no login, no lock and no time of last use.
type PersonItem struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	Phone      string        `json:"phone" doc:"中间几位遮住"`
	ExternalID string        `json:"externalId"`
	Services   []ServiceItem `json:"services" nullable:"false"`
	Login      *string       `json:"login"`
	Admin      string        `json:"admin" doc:"空，或 system、security、auditor"`
	Locked     bool          `json:"locked" doc:"连续输错密码，暂时锁定"`
	Disabled   bool          `json:"disabled" doc:"管理员停用"`
	MustChange bool          `json:"mustChange" doc:"还没有换过初始密码"`
	LastSeen   *time.Time    `json:"lastSeen"`
}

// ServiceItem is a role in a body; Until is "" while it lasts.
type ServiceItem struct {
	Org       Coded  `json:"org"`
	Role      string `json:"role"`
	RoleName  string `json:"roleName"`
	Since     string `json:"since"`
	Until     string `json:"until"`
	Appointed int64  `json:"appointed" doc:"由这个机构指定给他、还没办结的事项数；只在看一个人时有"`
}

// PeopleFilter is the query of the list of people.
type PeopleFilter struct {
	Org, Under, Role, Q string
	State               string // one of those below, for who looks after accounts
	Cursor              string
	Limit               int
}

// States of a login to filter by.
const (
	stateNoLogin  = "noLogin"
	stateLocked   = "locked"
	stateDisabled = "disabled"
	stateNever    = "neverUsed"
	stateAdmin    = "admin"
	stateIdle     = "notServing"
)

// sight is whom of a county's people a caller sees.
type sight struct {
	under  string // a body and all below it, "" for the whole county
	logins bool   // logins, too
}

// sightOf: administrators see everybody and the logins. Who serves in a body sees
// who serves in it and below it, the office above all bodies everybody; never a
// login.
func sightOf(c Caller, joint string) (sight, error) {
	switch {
	case c.Person == "" || c.Admin != "":
		return sight{logins: true}, nil
	case c.Org == "" || len(c.Roles) == 0:
		return sight{}, errs.New(errs.Forbidden, "noBody", "请先选择代表哪个单位办事，再看人员。")
	case c.OrgKind == joint:
		return sight{}, nil
	}
	return sight{under: c.Org}, nil
}

func roleName(role string) string {
	if role == Head {
		return "负责人"
	}
	return "调解员"
}

// phoneForm: eleven digits, or an area code with seven or eight; nothing stricter.
var phoneForm = regexp.MustCompile(`^(\d{11}|0\d{2,3}-?\d{7,8})$`)

// cleanPhone takes out the spaces people write; field names it in a refusal.
func cleanPhone(phone string) (string, error) {
	phone = strings.Join(strings.Fields(phone), "")
	if phone != "" && !phoneForm.MatchString(phone) {
		return "", errs.InvalidField("phone", "电话应是 11 位手机号，或者区号加 7 到 8 位号码。")
	}
	return phone, nil
}

// cleanName: a name is needed and short.
func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len([]rune(name)) > 40 || strings.ContainsRune(name, 0) {
		return "", errs.InvalidField("name", "姓名要写，而且在 40 个字以内。")
	}
	return name, nil
}

// item shows a person to whoever has the sight.
func (p personRow) item(key *gm.DataKey, see sight, now time.Time) (PersonItem, error) {
	it := PersonItem{ID: p.ID, Name: p.Name, ExternalID: p.ExternalID, Services: []ServiceItem{}}
	phone, err := key.Open(p.Phone)
	if err != nil {
		return it, err
	}
	it.Phone = gm.MaskPhone(phone)
	if see.logins && p.Login != "" {
		it.Login, it.Admin = &p.Login, p.Admin
		it.Locked, it.Disabled = secondsUntil(p.LockedUntil, now) > 0, p.DisabledAt > 0
		it.MustChange = p.MustChange == 1
		it.LastSeen = instantOrNil(p.SeenAt)
	}
	return it, nil
}

func instantOrNil(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	at := db.Instant(us).In(workday.Zone)
	return &at
}

// A page ends behind a name and an id.
func encodeAfter(p personRow) string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.Name + "\n" + p.ID))
}

func decodeAfter(cursor string) (name, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	name, id, ok := strings.Cut(string(raw), "\n")
	if cursor != "" && (err != nil || !ok) {
		return "", "", errs.InvalidField("cursor", "翻页标记无效，请回到第一页。")
	}
	return name, id, nil
}
