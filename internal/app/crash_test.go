package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"tiaojietai/internal/account"
	"tiaojietai/internal/config"
	"tiaojietai/internal/db"
	"tiaojietai/internal/org"
	"tiaojietai/internal/testkit"
)

// What a killed server leaves behind. The server is this test binary, started
// again as a process of its own, so that it can be killed like one.

const (
	crashData = "TIAOJIETAI_CRASH_DATA" // data directory of the server to be killed
	crashDSN  = "TIAOJIETAI_CRASH_DSN"  // its PostgreSQL, "" for SQLite

	registrations = 1000
	killAfter     = 400 // answers
	atOnce        = 48  // connections
)

// TestCrashServer is no test: it is the server of the tests below.
func TestCrashServer(t *testing.T) {
	dir := os.Getenv(crashData)
	if dir == "" {
		t.Skip("serves only when started by another test")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	a, err := Open(ctx, &config.Config{Data: dir, DB: os.Getenv(crashDSN), Listen: "127.0.0.1:0"}, Options{Log: quiet})
	must(t, err)
	_, err = a.Found(ctx) // as serve does
	must(t, err)
	must(t, a.Serve(ctx, func(addr string) { fmt.Printf("serving %s\n", addr) }))
	must(t, a.Close())
}

// crash is a county whose server lives in another process.
type crash struct {
	t      *testing.T
	cfg    *config.Config
	server *exec.Cmd
	url    string
	http   *http.Client
	logins map[string]string // login → session cookie
	sent   []*sentOnce
}

// sentOnce is one registration: what was sent, and what was answered, if anything.
type sentOnce struct {
	id, key, login string
	body           []byte
	number         string // "" for no answer
}

func newCrash(t *testing.T, dsn string) *crash {
	c := &crash{t: t, cfg: &config.Config{Data: t.TempDir(), DB: dsn}, logins: map[string]string{}}
	a := c.open()
	_, err := a.Found(t.Context())
	must(t, err)
	var bodies []org.New
	bodies = append(bodies, org.New{Code: "532328000000001", Name: "联席会议办公室", Kind: "jointOffice", Parent: "532328000000"},
		org.New{Code: "532328101000", Name: "元马镇", Kind: "townshipCentre", Parent: "532328000000"})
	for i := 1; i <= 4; i++ {
		code := fmt.Sprintf("53232810100%d", i)
		bodies = append(bodies, org.New{Code: code, Name: "第" + code[11:] + "村", Kind: "villageRoom", Parent: "532328101000"})
		c.logins["v"+code[11:]] = code
	}
	must(t, a.Orgs.AddAll(t.Context(), account.Caller{}, a.County(), bodies))
	for login, body := range c.logins {
		id, err := a.Accounts.AddPerson(t.Context(), account.Caller{}, a.County(), account.NewPerson{Name: login,
			Serves: []account.ServeIn{{Org: body, Role: account.Mediator}}})
		must(t, err)
		_, err = a.Accounts.AddLogin(t.Context(), account.Caller{}, a.County(), account.NewLogin{Person: id, Login: login, Password: "demo", Exempt: true})
		must(t, err)
	}
	must(t, a.Close())
	return c
}

func (c *crash) open() *App {
	c.t.Helper()
	a, err := Open(c.t.Context(), c.cfg, Options{Log: quiet})
	must(c.t, err)
	return a
}

// start starts the server and signs everybody in.
func (c *crash) start() {
	t := c.t
	t.Helper()
	c.server = exec.Command(os.Args[0], "-test.run=^TestCrashServer$", "-test.timeout=2m")
	c.server.Env = append(os.Environ(), crashData+"="+c.cfg.Data, crashDSN+"="+c.cfg.DB,
		"TMPDIR="+c.t.TempDir()) // what a killed process cannot remove, the test does
	out, err := c.server.StdoutPipe()
	must(t, err)
	must(t, c.server.Start())
	t.Cleanup(func() { _ = c.server.Process.Kill(); _ = c.server.Wait() })
	lines := bufio.NewScanner(out)
	for c.url = ""; c.url == "" && lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			c.url = "http://" + addr + "/api/v1"
		}
	}
	if c.url == "" {
		t.Fatal("the server did not start")
	}
	c.http = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxConnsPerHost: atOnce, MaxIdleConnsPerHost: atOnce}}
	for login := range c.logins {
		res, err := c.http.Post(c.url+"/session", "application/json", strings.NewReader(`{"username":"`+login+`","password":"demo"}`))
		must(t, err)
		_ = res.Body.Close()
		if res.StatusCode != 200 || len(res.Cookies()) == 0 {
			t.Fatalf("%s cannot sign in: %d", login, res.StatusCode)
		}
		c.logins[login] = res.Cookies()[0].Value
	}
}

// compose writes down what will be sent.
func (c *crash) compose() {
	for i := range registrations {
		s := &sentOnce{id: uuid.Must(uuid.NewV7()).String(), key: uuid.NewString(), login: fmt.Sprintf("v%d", i%4+1)}
		body, err := json.Marshal(map[string]any{"id": s.id, "title": fmt.Sprintf("第 %d 起水沟纠纷", i+1), "category": "neighbourhood",
			"place": map[string]string{"text": "村东"}, "demands": []map[string]string{{"text": "恢复原水沟走向"}},
			"parties": []map[string]string{{"role": "applicant", "name": fmt.Sprintf("甲%d", i), "phone": "10008780001"}, {"role": "respondent", "name": fmt.Sprintf("乙%d", i)}}})
		must(c.t, err)
		s.body = body
		c.sent = append(c.sent, s)
	}
}

var errNoAnswer = errors.New("no answer")

// send registers; a lost connection is errNoAnswer, anything but 201 another error.
func (c *crash) send(s *sentOnce) (number string, err error) {
	req, err := http.NewRequest("POST", c.url+"/matters", bytes.NewReader(s.body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", s.key)
	req.AddCookie(&http.Cookie{Name: account.CookieName, Value: c.logins[s.login]})
	res, err := c.http.Do(req)
	if err != nil {
		return "", errNoAnswer
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", errNoAnswer
	}
	var v struct{ ID, Number string }
	if err := json.Unmarshal(text, &v); err != nil || res.StatusCode != 201 || v.ID != s.id || v.Number == "" {
		return "", fmt.Errorf("%d %s", res.StatusCode, text)
	}
	return v.Number, nil
}

// sendAll sends on many connections; each answer is kept in its registration.
// after is called with how many were answered.
func (c *crash) sendAll(list []*sentOnce, after func(answered int64)) {
	c.t.Helper()
	todo := make(chan *sentOnce, len(list))
	for _, s := range list {
		todo <- s
	}
	close(todo)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for s := range todo {
				number, err := c.send(s)
				switch {
				case err == nil && s.number != "" && s.number != number:
					c.t.Errorf("sent again %s is %s", s.number, number)
				case err == nil:
					s.number = number
					after(answered.Add(1))
				case !errors.Is(err, errNoAnswer):
					c.t.Errorf("refused: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

// rowsIn is a column counting a matter's rows in a table, "table" or "table AS column".
func rowsIn(what string) string {
	table, column, renamed := strings.Cut(what, " AS ")
	if !renamed {
		column = table
	}
	return `(SELECT count(*) FROM ` + table + ` x WHERE x.county = m.county AND x.matter = m.id) AS ` + column + `, `
}

// whole looks into the database while no server runs: nothing acknowledged is
// missing, nothing is half, and returns how many matters there are.
func (c *crash) whole() int {
	t := c.t
	t.Helper()
	a := c.open()
	defer func() { must(t, a.Close()) }()
	type stored struct {
		ID, Number, Registrant                           string
		Timeline, Reach, Clocks, Parties, Demands, Audit int
	}
	var rows []stored
	type series struct {
		Org  string
		Last int
	}
	var drawn []series
	operations := 0
	must(t, a.DB.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		err := db.Select(ctx, q, &rows, `SELECT m.id, m.number, m.registrant, `+
			rowsIn("timeline")+rowsIn("matter_reach AS reach")+rowsIn("matter_deadline AS clocks")+rowsIn("matter_party AS parties")+rowsIn("matter_demand AS demands")+
			`(SELECT count(*) FROM audit_row x WHERE x.county = m.county AND x.subject = 'matter' AND x.subject_id = m.id AND x.outcome = 'ok') AS audit FROM matter m`)
		if err == nil {
			err = db.Select(ctx, q, &drawn, `SELECT org, last FROM number_series WHERE series = 'register'`)
		}
		if err == nil {
			_, err = db.Get(ctx, q, &operations, `SELECT count(*) FROM operation`)
		}
		return err
	}))
	there, numbers, perBody := map[string]stored{}, map[string]bool{}, map[string]int{}
	for _, r := range rows {
		there[r.ID], numbers[r.Number] = r, true
		perBody[r.Registrant]++
		// Seen by the village, its township and the joint office.
		if want := (stored{r.ID, r.Number, r.Registrant, 1, 3, 2, 2, 1, 1}); r != want {
			t.Fatalf("half a matter: %+v", r)
		}
	}
	for _, s := range c.sent {
		if s.number != "" && there[s.id].Number != s.number {
			t.Fatalf("%s was answered, stored is %q", s.number, there[s.id].Number)
		}
	}
	for _, d := range drawn {
		if perBody[d.Org] != d.Last { // and all differ: so they are 1, 2, … without a gap
			t.Fatalf("%s drew %d numbers for %d matters", d.Org, d.Last, perBody[d.Org])
		}
	}
	if len(numbers) != len(rows) || operations != len(rows) {
		t.Fatalf("%d matters, %d numbers, %d operations", len(rows), len(numbers), operations)
	}
	if r, err := a.Verify(t.Context()); err != nil || r.Broken != nil || r.Chains != len(rows) {
		t.Fatalf("%+v %v", r, err)
	}
	return len(rows)
}

func TestKilledInTheMiddleOfAThousandRegistrations(t *testing.T) {
	testkit.EachDSN(t, func(t *testing.T, dsn string) {
		c := newCrash(t, dsn)
		c.compose()
		c.start()
		c.sendAll(c.sent, func(answered int64) {
			if answered == killAfter {
				must(t, c.server.Process.Kill()) // SIGKILL: nothing is put in order
			}
		})
		_ = c.server.Wait()
		var unanswered []*sentOnce
		for _, s := range c.sent {
			if s.number == "" {
				unanswered = append(unanswered, s)
			}
		}
		if n := registrations - len(unanswered); n < killAfter || n == registrations {
			t.Fatalf("%d were answered: it was not killed in the middle", n)
		}
		kept := c.whole()
		t.Logf("%d answered, %d stored", registrations-len(unanswered), kept)
		c.start()
		again := append(unanswered, c.sent[:50]...) // some that were answered, too
		c.sendAll(again, func(int64) {})
		must(t, c.server.Process.Signal(syscall.SIGTERM))
		must(t, c.server.Wait())
		for _, s := range c.sent {
			if s.number == "" {
				t.Fatal("not answered, although sent again")
			}
		}
		if n := c.whole(); n != registrations {
			t.Fatalf("%d matters of %d registrations", n, registrations)
		}
	})
}

// A full disk is played by SQLite itself: the file may not grow. (PostgreSQL's
// answer to one, class 53, is translated in the same place.)
func TestFullDisk(t *testing.T) {
	s := newSmall(t)
	if s.DB.Engine != db.SQLite {
		t.Skip("on SQLite only")
	}
	pages := func(limit string) {
		t.Helper()
		must(t, s.DB.Write(t.Context(), s.County(), func(ctx context.Context, tx *db.Tx) error {
			var n int
			if limit == "" {
				if _, err := db.Get(ctx, tx, &n, `PRAGMA page_count`); err != nil {
					return err
				}
				limit = fmt.Sprint(n)
			}
			_, err := db.Get(ctx, tx, &n, `PRAGMA max_page_count = `+limit)
			return err
		}))
	}
	zhang := s.signedIn(t, "zhang", "demo")
	quarrel := map[string]any{"title": "水沟改道引起的邻里纠纷", "category": "neighbourhood", "place": map[string]string{"text": "村东"},
		"description": strings.Repeat("沟从老槐树下过。", 200), "parties": []map[string]string{{"role": "applicant", "name": "赵六"}}}
	zhang.once("first", "POST", "/matters", quarrel, 201)
	pages("")
	tables := []string{"matter", "matter_party", "matter_demand", "matter_deadline", "matter_reach", "timeline", "audit_row", "operation"}
	counts := func() (n []int) {
		for _, table := range tables {
			n = append(n, testkit.Count(t, s.DB, table))
		}
		return n
	}
	full := false
	for i := 0; i < 200 && !full; i++ {
		before := counts()
		status, problem := zhang.status(fmt.Sprintf("k%d", i), "/matters", quarrel)
		if full = status != 201; !full {
			continue // there was still room in the pages
		}
		if status != 503 || problem["code"] != "diskFull" || !strings.Contains(problem["detail"].(string), "磁盘满了") {
			t.Fatal(status, problem)
		}
		if after := counts(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Fatalf("rows of %v: %v, then %v", tables, before, after)
		}
		zhang.ask("GET", "/matters", nil, 200) // reading goes on
		pages("1000000")
		zhang.once(fmt.Sprintf("k%d", i), "POST", "/matters", quarrel, 201)
	}
	if !full {
		t.Fatal("the disk never was full")
	}
	if r, err := s.Verify(t.Context()); err != nil || r.Broken != nil {
		t.Fatalf("%+v %v", r, err)
	}
}

// status sends and gives whatever is answered.
func (b *browser) status(key, path string, body any) (int, map[string]any) {
	b.t.Helper()
	text, err := json.Marshal(body)
	must(b.t, err)
	req, err := http.NewRequest("POST", b.url+"/api/v1"+path, bytes.NewReader(text))
	must(b.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := b.http.Do(req)
	must(b.t, err)
	defer func() { _ = res.Body.Close() }()
	var v map[string]any
	must(b.t, json.NewDecoder(res.Body).Decode(&v))
	return res.StatusCode, v
}
