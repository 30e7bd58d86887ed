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
	engines []engine
}

// markdown is the report: where, how, and the table with the engines side by side.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "命令：`%s`（版本 %s，%s，全程 %s）\n\n", r.o.Command, r.o.Version, r.began.Format("2006-01-02"), time.Since(r.began).Round(time.Second))
	fmt.Fprintf(&b, "机器：%s；压测程序、服务和数据库在同一台机器上，走本机回环。%s。\n\n", machine(), runtime.Version())
	for _, e := range r.engines {
		fmt.Fprintf(&b, "- %s：%s；先填 %d 件（复制出 %d 行，%s）。\n", e.name, e.about, r.o.Matters, e.rows, e.fillTime.Round(time.Second))
	}
	b.WriteString("\n| 做什么 | 连接 |")
	for _, e := range r.engines {
		fmt.Fprintf(&b, " %s 次/秒 | p50 ms | p99 ms | CPU ms/次 |", e.name)
	}
	b.WriteString("\n|---|---:|" + strings.Repeat("---:|---:|---:|---:|", len(r.engines)) + "\n")
	for i, c := range calls {
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
			memory = fmt.Sprintf("，内存 %d GiB", (kb+1<<19)>>20)
		}
	}
	if name == "" {
		name = runtime.GOARCH
	}
	load := ""
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = "，跑完时的负载 " + strings.Fields(string(text))[0]
	}
	return fmt.Sprintf("%d 核 %s%s%s", runtime.NumCPU(), name, memory, load)
}
