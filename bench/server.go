package bench

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the program itself, serving in another process.
type server struct {
	cmd  *exec.Cmd
	url  string
	over chan error
}

var shownURL = regexp.MustCompile(`http://[0-9.:]+`)

// serve starts this very binary with the command serve.
func serve(ctx context.Context, t *target) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--data", t.cfg.Data, "--listen", "127.0.0.1:0"}
	s := &server{cmd: exec.CommandContext(ctx, self, args...), over: make(chan error, 1)}
	s.cmd.Env = append(os.Environ(), "TIAOJIETAI_DB="+t.cfg.DB)
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		s.url = shownURL.FindString(lines.Text())
	}
	if s.url == "" {
		return nil, fmt.Errorf("the server did not start: %v", s.cmd.Wait())
	}
	s.url += "/api/v1"
	return s, nil
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// measure asks everything at every number of connections.
func (r *results) measure(ctx context.Context, t *target, e *engine) error {
	s, err := serve(ctx, t)
	if err != nil {
		return err
	}
	defer s.stop()
	db, err := newDatabaseCPU(ctx, t.cfg.DB)
	if err != nil {
		return err
	}
	e.about = db.about
	cpu := func() cpuTime { return cpuTime{processCPU(s.cmd.Process.Pid), db.used()} }
	cookies := map[string]*http.Cookie{}
	desk := &desk{todo: map[string][]string{}}
	done, total := 0, len(r.calls)*len(r.o.Conns)
	for _, c := range r.calls {
		for _, n := range r.o.Conns {
			r.o.Show(t.name+" "+c.name, done, total)
			clients := make([]*client, n)
			for i := range clients {
				login := c.login(i)
				if cookies[login] == nil {
					if cookies[login], err = signIn(ctx, s.url, login); err != nil {
						return err
					}
				}
				clients[i] = &client{http: &http.Client{Transport: &http.Transport{}}, url: s.url, login: login, cookie: cookies[login],
					rng: rand.New(rand.NewPCG(uint64(i), uint64(n))), ids: t.ids, desk: desk}
			}
			if _, err := load(ctx, clients, c, r.o.Each/5, cpu); err != nil { // warm up
				return err
			}
			took, err := load(ctx, clients, c, r.o.Each, cpu)
			if err != nil {
				return err
			}
			e.took = append(e.took, took)
			for _, c := range clients {
				c.http.CloseIdleConnections()
			}
			done++
		}
	}
	r.o.Show(t.name, total, total)
	return nil
}

// cpuTime is processor time used by the server and by the database beside it.
type cpuTime struct{ server, database time.Duration }

func (c cpuTime) minus(b cpuTime) cpuTime {
	return cpuTime{c.server - b.server, c.database - b.database}
}

// tick is what /proc counts in; it is 1/100 s on every Linux.
const tick = 10 * time.Millisecond

// procStat reads a process's parent and processor time with that of its waited-for
// children; zero where there is no /proc.
func procStat(pid int) (parent int, used, children time.Duration) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, 0
	}
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // from the state on
	n := func(i int) time.Duration { v, _ := strconv.Atoi(f[i]); return time.Duration(v) * tick }
	parent, _ = strconv.Atoi(f[1])
	return parent, n(11) + n(12), n(13) + n(14)
}

func processCPU(pid int) time.Duration {
	_, used, _ := procStat(pid)
	return used
}

// databaseCPU counts what PostgreSQL's processes use, where they are on this machine.
type databaseCPU struct {
	postmaster int
	about      string
}

func newDatabaseCPU(ctx context.Context, dsn string) (d databaseCPU, err error) {
	if dsn == "" {
		return databaseCPU{about: "WAL, synchronous=FULL"}, nil
	}
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return d, err
	}
	defer func() { _ = pool.Close() }()
	var pid int
	var version, fsync, commit, buffers string
	err = pool.QueryRowContext(ctx, `SELECT pg_backend_pid(), current_setting('server_version'), current_setting('fsync'),
		current_setting('synchronous_commit'), current_setting('shared_buffers')`).Scan(&pid, &version, &fsync, &commit, &buffers)
	if err != nil {
		return d, err
	}
	d.about = fmt.Sprintf("%s, fsync=%s, synchronous_commit=%s, shared_buffers=%s", version, fsync, commit, buffers)
	if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && strings.TrimSpace(string(name)) == "postgres" {
		d.postmaster, _, _ = procStat(pid)
	}
	return d, nil
}

func (d databaseCPU) used() (sum time.Duration) {
	if d.postmaster == 0 {
		return 0
	}
	_, own, ended := procStat(d.postmaster)
	sum = own + ended
	dirs, _ := os.ReadDir("/proc")
	for _, e := range dirs {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if parent, used, _ := procStat(pid); parent == d.postmaster {
				sum += used
			}
		}
	}
	return sum
}
