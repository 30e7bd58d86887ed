package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// engine is what one engine brought: took has one entry for each call and number
// of connections, in that order.
type engine struct {
	name, about string
	fillTime    time.Duration
	rows        int64
	took        []took
}

type results struct {
	o       Options
	began   time.Time
	calls   []call
	engines []engine
}

// markdown is the report: where, how, and the table with the engines side by side.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Command: `%s` (version %s, %s, %s in all).\n\n", r.o.Command, r.o.Version, r.began.Format("2006-01-02"), time.Since(r.began).Round(time.Second))
	fmt.Fprintf(&b, "Machine: %s, %s. Load generator, server and database share it, over loopback.\n\n", machine(), runtime.Version())
	if len(r.calls) < len(calls) {
		fmt.Fprintf(&b, "Not all calls were measured: only %s.\n\n", strings.Join(r.o.Only, ", "))
	}
	for _, e := range r.engines {
		fmt.Fprintf(&b, "- %s: %s; filled with %d matters %s.\n", e.name, e.about, r.o.Matters, r.filling(e))
	}
	b.WriteString("\n| call | connections |")
	for _, e := range r.engines {
		fmt.Fprintf(&b, " %s /s | p50 ms | p99 ms | CPU ms each |", e.name)
	}
	b.WriteString("\n|---|---:|" + strings.Repeat("---:|---:|---:|---:|", len(r.engines)) + "\n")
	for i, c := range r.calls {
		for j, n := range r.o.Conns {
			name := c.name
			if j > 0 {
				name = ""
			}
			fmt.Fprintf(&b, "| %s | %d |", name, n)
			for _, e := range r.engines {
				t := e.took[i*len(r.o.Conns)+j]
				fmt.Fprintf(&b, " %.0f | %.1f | %.1f | %s |", t.rate(), t.percentile(0.5), t.percentile(0.99), t.cpuEach())
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (r *results) filling(e engine) string {
	if r.o.Filled != "" {
		return fmt.Sprintf("by a run before (%d rows)", e.rows)
	}
	return fmt.Sprintf("first (%d rows copied, %s)", e.rows, e.fillTime.Round(time.Second))
}

// cpuEach is processor time per request in ms: the server's, and the database's
// where it is another process.
func (t took) cpuEach() string {
	n := float64(len(t.each))
	if n == 0 || t.cpu.server == 0 {
		return "–"
	}
	each := func(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000/n) }
	if t.cpu.database > 0 {
		return each(t.cpu.server) + " + " + each(t.cpu.database)
	}
	return each(t.cpu.server)
}

func machine() string {
	name, memory := "", ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				name = strings.TrimSpace(v)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb int64
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err == nil {
			memory = fmt.Sprintf(", %d GiB", (kb+1<<19)>>20)
		}
	}
	if name == "" {
		name = runtime.GOARCH
	}
	load := ""
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = ", load average " + strings.Fields(string(text))[0] + " at the end"
	}
	return fmt.Sprintf("%d cores %s%s%s", runtime.NumCPU(), name, memory, load)
}
