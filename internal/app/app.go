// Package app builds the program from its slices: it opens the database, makes
// every service, mounts the routes, starts the jobs and fills the demonstration
// county. It is the only package that knows all the others.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/attachment"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/config"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/job"
	"tiaojietai/internal/ledger"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/notice"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/stats"
	"tiaojietai/internal/web"
	"tiaojietai/internal/workday"
	"tiaojietai/ui"
)

// Options are what does not come from the settings.
type Options struct {
	Version string
	Log     *slog.Logger
	Clock   func() time.Time           // nil: the system's
	NewID   func(now time.Time) string // nil: random UUIDv7
}

// App is the whole program, open.
type App struct {
	Config      *config.Config
	Log         *slog.Logger
	DB          *db.DB
	Book        *rulebook.Book
	Keys        *account.Keys
	Accounts    *account.Service
	Orgs        *org.Service
	Matters     *matter.Service
	Notices     *notice.Service
	Attachments *attachment.Service
	Stats       *stats.Service
	Ledger      *ledger.Service
	Jobs        *job.Runner
	Web         *web.Server

	Clock *Clock // of a demonstration; nil otherwise
	IDs   *IDs   // of a demonstration; nil otherwise

	calendars *calendars
	version   string
}

// SQLiteFile is the database in the data directory.
const SQLiteFile = "tiaojietai.db"

// Open opens the data directory, making what is missing, brings the database up
// to date and builds the services. The caller closes it.
func Open(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	book, err := readBook(cfg.Rulebook)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("建不了数据目录 %s：%w", cfg.Data, err)
	}
	master, err := gm.OpenMaster(cfg.Data)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Options{DSN: cfg.DB, Path: filepath.Join(cfg.Data, SQLiteFile), Clock: o.Clock, NewID: o.NewID})
	if err != nil {
		return nil, fmt.Errorf("打不开数据库：%w", err)
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return build(cfg, o, d, book, master), nil
}

func readBook(file string) (*rulebook.Book, error) {
	if file == "" {
		return rulebook.NewBook(rulebook.Default())
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("读不了规则册：%w", err)
	}
	r, err := rulebook.Parse(file, content)
	if err != nil {
		return nil, err
	}
	return rulebook.NewBook(r)
}

// build makes the services; nothing here touches the database yet.
func build(cfg *config.Config, o Options, d *db.DB, book *rulebook.Book, master *gm.Master) *App {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	a := &App{Config: cfg, Log: o.Log, DB: d, Book: book, version: o.Version, calendars: &calendars{db: d}}
	rules := func(string) *rulebook.Book { return a.Book }
	a.Keys = account.NewKeys(d, master)
	a.Accounts = account.NewService(account.Deps{DB: d, Rules: rules, Keys: a.Keys.Of, Secure: cfg.Secure})
	a.Orgs = org.NewService(org.Deps{DB: d, Rules: rules, Keys: a.Keys.Of})
	a.Matters = matter.New(matter.Deps{DB: d, Orgs: a.Orgs, Rules: rules, Calendar: a.calendars.of, Keys: a.Keys.Of})
	a.Attachments = attachment.NewService(attachment.Deps{DB: d, Dir: filepath.Join(cfg.Data, "attachments"), Rules: rules,
		Keys: a.Keys.Of, Reach: a.Matters.Reaches})
	a.Stats = stats.NewService(stats.Deps{DB: d, Orgs: a.Orgs, Rules: rules})
	a.Notices = notice.NewService(notice.Deps{DB: d, Orgs: a.Orgs, Rules: rules})
	a.Ledger = ledger.New(ledger.Deps{DB: d, Dir: filepath.Join(cfg.Data, "imports"), Orgs: a.Orgs, People: a.Accounts, Matters: a.Matters,
		Stats: a.Stats, Rules: rules, Keys: a.Keys.Of, Limits: sheet.DefaultLimits})
	a.Jobs = job.NewRunner(d, a.counties, o.Log)
	a.registerJobs()
	return a
}

// County is the code of the county whose rulebook is loaded.
func (a *App) County() string { return a.latest().County.Code }

func (a *App) latest() *rulebook.Rulebook {
	versions := a.Book.Versions()
	return versions[len(versions)-1]
}

func (a *App) counties(ctx context.Context) ([]string, error) {
	all, err := account.Counties(ctx, a.DB)
	codes := make([]string, len(all))
	for i, c := range all {
		codes[i] = c.County
	}
	return codes, err
}

// registerJobs says what happens by itself.
func (a *App) registerJobs() {
	a.Jobs.HandleLong(ledger.JobKind, a.Ledger.Do)
	a.Jobs.Frequent("sealAudit", 3*time.Second, func(ctx context.Context, county string) error {
		_, err := audit.Seal(ctx, a.DB, county)
		return err
	})
	a.Jobs.Frequent("clocks", 30*time.Second, func(ctx context.Context, county string) error {
		_, err := a.Matters.Tick(ctx, county)
		return err
	})
	a.Jobs.Frequent("search", time.Second, func(ctx context.Context, county string) error { // until the index is whole
		_, err := a.Matters.BuildIndex(ctx, county)
		return err
	})
	a.Jobs.Periodic("reach", job.Daily(workday.Zone, 3, 30), func(ctx context.Context, j job.Job) error {
		fixed, err := a.Matters.RebuildReach(ctx, j.County)
		if fixed > 0 {
			a.Log.Info("reach put right", "county", j.County, "matters", fixed)
		}
		return err
	})
	a.Jobs.Periodic("digest", a.Notices.Mornings(a.County()), func(ctx context.Context, j job.Job) error {
		written, err := a.Notices.Digest(ctx, j.County, j.Due, a.Matters.Waiting)
		if written > 0 {
			a.Log.Info("digests", "county", j.County, "people", written)
		}
		return err
	})
	a.Jobs.Handle(org.JobReach, func(ctx context.Context, j job.Job) error { return a.Matters.ReachOfMoved(ctx, j.County, j.Args) })
	a.Jobs.Periodic("sweep", job.Daily(workday.Zone, 3, 10), func(ctx context.Context, j job.Job) error {
		_, err := a.Attachments.Sweep(ctx, j.County)
		return errors.Join(err, a.Ledger.Sweep(j.County), a.Accounts.Sweep(ctx, j.County), a.Jobs.Sweep(ctx, j.County), a.Notices.Sweep(ctx, j.County), a.forgetOperations(ctx, j.County))
	})
}

// keepOperations is how long an operation id is remembered.
const keepOperations = 180 * 24 * time.Hour

func (a *App) forgetOperations(ctx context.Context, county string) error {
	return a.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		return sweepOperations(ctx, tx, db.Micros(tx.Now.Add(-keepOperations)))
	})
}

// mount builds the web server once all services stand.
func (a *App) mount(demo bool) *web.Server {
	files, err := ui.Dist()
	if err != nil {
		files = fs.FS(nil)
	}
	s := web.New(web.Options{Title: "调解台", Version: a.version, UI: files, Log: a.Log, Guard: a.Accounts.Guard, Ready: a.ready,
		Metrics: a.Config.Metrics, Secure: a.Config.Secure, TrustedOrigins: a.Config.Origins, MaxUpload: a.latest().Attachments.MaxBytes})
	a.Accounts.Routes(s.API)
	a.Orgs.Routes(s.API)
	a.Matters.Routes(s.API)
	a.Notices.Routes(s.API)
	a.Attachments.Routes(s.API)
	a.Stats.Routes(s.API)
	a.Ledger.Routes(s.API)
	// The next slices mount theirs here.
	if demo {
		a.demoRoutes(s.API)
	}
	return s
}

func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return a.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		_, err := countCounties(ctx, q)
		return err
	})
}

// Handler is everything over HTTP.
func (a *App) Handler() http.Handler {
	if a.Web == nil {
		a.Web = a.mount(a.Clock != nil)
	}
	return a.Web.Handler()
}

// Run does the jobs until ctx ends.
func (a *App) Run(ctx context.Context) { a.Jobs.Run(ctx, time.Second) }

// Close closes the database.
func (a *App) Close() error { return a.DB.Close() }

// Verify checks every audit row, block and timeline.
func (a *App) Verify(ctx context.Context) (audit.Report, error) {
	return audit.Verify(ctx, a.DB, a.Keys.Of, matter.VerifyTimelines)
}

// OpenAPI is the document of the calls, made without a database.
func OpenAPI(version string) ([]byte, error) {
	book, err := readBook("")
	if err != nil {
		return nil, err
	}
	a := build(&config.Config{}, Options{Version: version}, &db.DB{}, book, nil)
	return a.mount(false).OpenAPI()
}

// Found makes the county of the rulebook in an empty database, with its root area
// and the system administrator `admin`; the random password is returned, to be
// shown this once. In a database that has all this it does nothing, and it refuses
// a demonstration.
func (a *App) Found(ctx context.Context) (password string, err error) {
	all, err := account.Counties(ctx, a.DB)
	if err != nil {
		return "", err
	}
	for _, c := range all {
		if c.Demo == 1 {
			return "", fmt.Errorf("%s 里是演示数据，不能用来正式办公：请换一个 --data 目录，或用 tiaojietai demo 打开它", a.where())
		}
	}
	if err := a.createCounty(ctx, false); err != nil {
		return "", err
	}
	there, err := a.Accounts.List(ctx, a.County())
	if err != nil || len(there) > 0 {
		return "", err
	}
	id, err := a.Accounts.AddPerson(ctx, account.Caller{}, a.County(), account.NewPerson{Name: "系统管理员"})
	if err != nil {
		return "", err
	}
	return a.Accounts.AddLogin(ctx, account.Caller{}, a.County(), account.NewLogin{Person: id, Login: "admin", Admin: account.System})
}

// where names the database for a message.
func (a *App) where() string {
	if a.Config.DB != "" {
		return "这个数据库"
	}
	return "目录 " + a.Config.Data
}

// createCounty writes the county with its key, and its root area, where they are
// not there yet: a first start may have been cut off between the two.
func (a *App) createCounty(ctx context.Context, demo bool) error {
	c := a.latest().County
	if err := account.CreateCounty(ctx, a.DB, a.Keys, c.Code, c.Name, demo); err != nil {
		return err
	}
	tree, err := a.Orgs.Tree(ctx, c.Code)
	if err != nil || tree.Root() != "" {
		return err
	}
	root := c.Code + strings.Repeat("0", 12-len(c.Code))
	return a.Orgs.Add(ctx, account.Caller{}, c.Code, org.New{Code: root, Name: c.Name, Kind: org.KindArea, StatCode: root, CivilCode: c.Code})
}

// Line is an error in one line for a terminal: the sentence, and the cause where
// the sentence alone would not help whoever runs the server.
func Line(err error) string {
	var e *errs.Error
	switch {
	case !errors.As(err, &e):
		return oneLine(err)
	case e.Kind == errs.Internal && e.Err != nil:
		return e.Msg + "（" + oneLine(e.Err) + "）"
	}
	return e.Msg
}

// oneLine: a driver's message may have several, one for each address it tried.
func oneLine(err error) string {
	var lines []string
	for l := range strings.Lines(err.Error()) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, " ")
}
