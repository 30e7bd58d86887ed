package web

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// metrics counts requests by method, route and status, for Prometheus. Routes
// are patterns, so nothing in it names a matter or a person.
type metrics struct {
	off  bool
	mu   sync.Mutex
	rows map[metricKey]metric
}

type metricKey struct {
	method, route string
	status        int
}

type metric struct {
	n       int64
	seconds float64
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func (m *metrics) add(method, route string, status int, took time.Duration) {
	if m.off {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil {
		m.rows = map[metricKey]metric{}
	}
	if !slices.Contains(methods, method) {
		method = "other" // whoever sends nonsense must not fill the table
	}
	k := metricKey{method, route, status}
	v := m.rows[k]
	m.rows[k] = metric{v.n + 1, v.seconds + took.Seconds()}
}

func (m *metrics) serve(w http.ResponseWriter, _ *http.Request) {
	if m.off {
		plain(w, http.StatusNotFound, "没有打开：设置 metrics 为 true 才提供。")
		return
	}
	m.mu.Lock()
	var lines []string
	for k, v := range m.rows {
		labels := fmt.Sprintf("{method=%q,route=%q,status=\"%d\"}", k.method, k.route, k.status)
		lines = append(lines, fmt.Sprintf("tiaojietai_http_requests_total%s %d", labels, v.n),
			fmt.Sprintf("tiaojietai_http_seconds_total%s %f", labels, v.seconds))
	}
	m.mu.Unlock()
	slices.Sort(lines)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	lines = append(lines, fmt.Sprintf("go_goroutines %d", runtime.NumGoroutine()), fmt.Sprintf("go_memstats_heap_inuse_bytes %d", mem.HeapInuse))
	plain(w, http.StatusOK, strings.Join(lines, "\n"))
}
