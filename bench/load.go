package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// call is one thing that is asked of the server again and again.
type call struct {
	name  string // as shown
	login func(conn int) string
	// next makes the n-th request of a connection; nil when there is nothing more to ask.
	next func(c *client) *request
	// then sees a successful answer.
	then func(c *client, body []byte)
}

type request struct {
	method, path, key string
	body              any
}

// client is one connection, signed in as somebody.
type client struct {
	http   *http.Client
	url    string
	login  string
	cookie *http.Cookie
	rng    *rand.Rand
	ids    []string // matters to read
	desk   *desk
}

// desk is what a village's mediators have registered and not yet accepted, over
// all connections and calls.
type desk struct {
	mu   sync.Mutex
	todo map[string][]string // login → matters
	no   int
}

func (d *desk) put(login, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.todo[login] = append(d.todo[login], id)
}

func (d *desk) take(login string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.todo[login]
	if len(list) == 0 {
		return ""
	}
	d.todo[login] = list[1:]
	return list[0]
}

func (d *desk) number() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.no++
	return d.no
}

func asVillage(conn int) string { return loginOf(conn % logins) }
func asJoint(int) string        { return "joint" }

func get(path string) func(*client) *request {
	return func(*client) *request { return &request{method: "GET", path: path} }
}

func find(word string) func(*client) *request {
	return get("/matters?limit=20&q=" + url.QueryEscape(word))
}

func (c *client) id() string { return c.ids[c.rng.IntN(len(c.ids))] }

var calls = []call{
	{name: "register 登记 `POST /matters`", login: asVillage,
		next: func(c *client) *request {
			return &request{"POST", "/matters", uuid.NewString(), newMatter(1_000_000 + c.desk.number())}
		},
		then: func(c *client, body []byte) {
			var v struct{ ID string }
			if json.Unmarshal(body, &v) == nil {
				c.desk.put(c.login, v.ID)
			}
		}},
	{name: "a step 受理 `POST …/actions`", login: asVillage,
		next: func(c *client) *request {
			id := c.desk.take(c.login)
			if id == "" {
				return nil
			}
			return &request{"POST", "/matters/" + id + "/actions", uuid.NewString(), fields{"action": "accept", "version": 1}}
		}},
	{name: "read one 看一件 `GET /matters/{id}`", login: asJoint, next: func(c *client) *request { return &request{method: "GET", path: "/matters/" + c.id()} }},
	{name: "timeline 时间线 `GET …/timeline`", login: asJoint, next: func(c *client) *request {
		return &request{method: "GET", path: "/matters/" + c.id() + "/timeline"}
	}},
	{name: "list 全县，新的在前", login: asJoint, next: get("/matters?limit=20")},
	{name: "list 全县，快到期的在前", login: asJoint, next: get("/matters?limit=20&sort=due")},
	{name: "list 全县，办理中", login: asJoint, next: get("/matters?limit=20&status=handling")},
	{name: "list 全县，某镇以下", login: asJoint, next: func(c *client) *request {
		return &request{method: "GET", path: "/matters?limit=20&under=" + townCode(c.rng.IntN(townships))}
	}},
	{name: "list 一个村", login: asVillage, next: get("/matters?limit=20")},
	{name: "search 全县，两个字 `GET /matters?q=`", login: asJoint, next: find("水沟")},
	{name: "search 全县，一个字", login: asJoint, next: find("沟")},
	{name: "search 全县，四个字", login: asJoint, next: find("水沟改道")},
	{name: "search 全县，一个编号", login: asJoint, next: func(c *client) *request { return find(fmt.Sprintf("号-%d", 10000+c.rng.IntN(5000)))(c) }},
	{name: "search 全县，人名加某镇以下", login: asJoint, next: func(c *client) *request {
		r := find(fmt.Sprintf("李国%d", c.rng.IntN(10*villages)))(c)
		r.path += "&under=" + townCode(c.rng.IntN(townships))
		return r
	}},
	{name: "search 全县，两个字，办理中", login: asJoint, next: func(c *client) *request {
		r := find("水沟")(c)
		r.path += "&status=handling"
		return r
	}},
	{name: "search 一个村，两个字", login: asVillage, next: find("水沟")},
	{name: "similar 相似的 `GET …/similar`", login: asJoint, next: func(c *client) *request {
		return &request{method: "GET", path: "/matters/" + c.id() + "/similar"}
	}},
	{name: "to-do 联席办 `GET /todo`", login: asJoint, next: get("/todo")},
	{name: "to-do 一个村", login: asVillage, next: get("/todo")},
	{name: "poll 一个村 `GET /changes`", login: asVillage, next: func(*client) *request {
		return &request{method: "GET", path: "/changes?since=" + time.Now().Add(-20*time.Second).UTC().Format(time.RFC3339)}
	}},
}

// calls are those to be measured.
func (o Options) calls() (some []call) {
	for _, c := range calls {
		if o.Only == nil || slices.ContainsFunc(o.Only, func(begin string) bool { return strings.HasPrefix(c.name, begin) }) {
			some = append(some, c)
		}
	}
	return some
}

// signIn gets a session for a login.
func signIn(ctx context.Context, url, login string) (*http.Cookie, error) {
	text := fmt.Sprintf(`{"username":%q,"password":%q}`, login, password)
	req, err := http.NewRequestWithContext(ctx, "POST", url+"/session", strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if cookies := res.Cookies(); res.StatusCode == 200 && len(cookies) > 0 {
		return cookies[0], nil
	}
	return nil, fmt.Errorf("%s cannot sign in: %s", login, res.Status)
}

// ask sends one request and reads the whole answer.
func (c *client) ask(ctx context.Context, r *request) ([]byte, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.url+r.path, body)
	if err != nil {
		return nil, err
	}
	req.AddCookie(c.cookie)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", r.key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %.300s", r.method, r.path, res.Status, text)
	}
	return text, err
}

// took is what one run of a call brought.
type took struct {
	each []time.Duration // sorted
	wall time.Duration
	cpu  cpuTime
}

func (t took) rate() float64 { return float64(len(t.each)) / t.wall.Seconds() }

// percentile of the answers, in milliseconds.
func (t took) percentile(p float64) float64 {
	if len(t.each) == 0 {
		return 0
	}
	i := min(len(t.each)-1, int(p*float64(len(t.each))))
	return float64(t.each[i].Microseconds()) / 1000
}

// load asks on every client at once, each its next when the last is answered,
// for a time.
func load(ctx context.Context, clients []*client, c call, d time.Duration, cpu func() cpuTime) (took, error) {
	ctx, stop := context.WithTimeout(ctx, d+30*time.Second)
	defer stop()
	var t took
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	before, began := cpu(), time.Now()
	for _, cl := range clients {
		wg.Go(func() {
			var mine []time.Duration
			var err error
			for err == nil && time.Since(began) < d {
				r := c.next(cl)
				if r == nil {
					break
				}
				at := time.Now()
				var body []byte
				if body, err = cl.ask(ctx, r); err == nil {
					mine = append(mine, time.Since(at))
					if c.then != nil {
						c.then(cl, body)
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			t.each, failed = append(t.each, mine...), errors.Join(failed, err)
		})
	}
	wg.Wait()
	t.wall = time.Since(began)
	t.cpu = cpu().minus(before)
	slices.Sort(t.each)
	return t, failed
}
