package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/config"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// Notes in the county's row of a demonstration.
const (
	noteFilling = "filling"
	noteFilled  = "filled"
)

// Progress is told how far the filling is: done of total steps of what.
type Progress func(what string, done, total int)

// DemoLogin is a login of the demonstration county; every password is DemoPassword.
type DemoLogin struct {
	Login string `json:"login"`
	Who   string `json:"who"`
}

// DemoPassword is the password of every demonstration login, exempt from all rules.
const DemoPassword = "demo"

// DemoLogins are the logins of the demonstration county, in the order in which
// they are shown.
var DemoLogins = []DemoLogin{
	{"group", "调解员，马街社区第一小组矛盾纠纷调解工作站"},
	{"village", "调解员，马街社区调解工作室"},
	{"village-lead", "负责人，马街社区调解工作室"},
	{"town", "调解员，元马镇调解工作中心"},
	{"town-lead", "负责人，元马镇调解工作中心"},
	{"village2", "负责人，黄瓜园镇的一个村调解工作室"},
	{"town2", "负责人，黄瓜园镇调解工作中心"},
	{"dept", "调解员，县自然资源局调解室"},
	{"dept-lead", "负责人，县自然资源局调解室"},
	{"gov", "负责人，元马镇人民政府"},
	{"petition", "负责人，县信访局"},
	{"justice", "负责人，县司法局"},
	{"court", "负责人，县法院诉调对接中心"},
	{"joint", "负责人，联席会议办公室"},
	{"counter", "负责人，综治中心"},
	{"discipline", "负责人，县纪委监委"},
	{"admin", "系统管理员（看不到事项）"},
	{"security", "安全管理员（看不到事项）"},
	{"auditor", "审计管理员（看不到事项）"},
}

// OpenDemo opens a demonstration: an empty database is filled, a filled one is
// opened as it is, any other refused. now sets the clock (zero: the real time);
// it never goes back behind what is stored.
func OpenDemo(ctx context.Context, cfg *config.Config, o Options, now time.Time, progress Progress) (*App, error) {
	clock, ids := &Clock{}, &IDs{}
	if now.IsZero() {
		now = time.Now()
	}
	clock.Stand(now)
	o.Clock, o.NewID = clock.Now, ids.New
	a, err := Open(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	a.Clock, a.IDs = clock, ids
	if err := a.readyDemo(ctx, now, progress); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) readyDemo(ctx context.Context, now time.Time, progress Progress) error {
	all, err := account.Counties(ctx, a.DB)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if err := a.fill(ctx, progress); err != nil {
			return err
		}
	}
	for _, c := range all {
		switch {
		case c.Demo != 1:
			return fmt.Errorf("%s 里是正式数据，不能拿来演示：请换一个空的 --data 目录", a.where())
		case c.Note == noteFilling:
			return fmt.Errorf("%s 上次没有填完演示数据：请删掉它再来一次", a.where())
		}
	}
	var last int64
	err = a.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		last, err = lastWrite(ctx, q, a.County())
		return err
	})
	if at := db.Instant(last); at.After(now) {
		a.Log.Info("the clock does not go back behind what is stored", "from", at.In(workday.Zone))
		now = at
	}
	a.Clock.RunFrom(now)
	return err
}

// fill marks the county first and last: what broke off in the middle is not
// taken for a whole one.
func (a *App) fill(ctx context.Context, progress Progress) error {
	now := a.Clock.Now()
	a.IDs.Seed(demoSeed)
	defer a.IDs.Random()
	if err := a.createCounty(ctx, true); err != nil {
		return err
	}
	if err := a.note(ctx, noteFilling); err != nil {
		return err
	}
	if err := FillDemo(ctx, a, progress); err != nil {
		return fmt.Errorf("填演示数据：%w", err)
	}
	a.Clock.Stand(now)
	if err := a.demoInboxes(ctx, now); err != nil {
		return err
	}
	return a.note(ctx, noteFilled)
}

// demoSeed makes the demonstration the same each time.
const demoSeed = 532328

func (a *App) note(ctx context.Context, note string) error {
	return a.DB.Write(ctx, a.County(), func(ctx context.Context, tx *db.Tx) error { return setCountyNote(ctx, tx, note) })
}

type demoOutput struct {
	Body struct {
		Logins []DemoLogin `json:"logins" nullable:"false"`
		Now    time.Time   `json:"now"`
	}
}

// demoRoutes mounts what only a demonstration has.
func (a *App) demoRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "demo", Method: http.MethodGet, Path: "/demo", Summary: "演示账号", Tags: []string{"演示"},
		Security: []map[string][]string{{}}}, func(context.Context, *struct{}) (*demoOutput, error) {
		out := &demoOutput{}
		out.Body.Logins, out.Body.Now = DemoLogins, a.DB.Now().In(workday.Zone)
		return out, nil
	})
}
