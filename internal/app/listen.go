package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// shutdownTime is how long requests under way may still take at the end.
const shutdownTime = 10 * time.Second

// Loopback tells whether an address to listen on can be reached from this
// machine only.
func Loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Serve listens, runs the jobs, and answers until ctx ends; then it lets requests
// finish, and the jobs put down their lease. started is told the address.
func (a *App) Serve(ctx context.Context, started func(addr string)) error {
	l, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("不能监听 %s：%w（端口可能已被占用，可用 --listen 换一个）", a.Config.Listen, err)
	}
	srv := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute,
		WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	jobsCtx, stopJobs := context.WithCancel(ctx)
	jobsOver := make(chan struct{})
	go func() {
		defer close(jobsOver)
		a.Run(jobsCtx)
	}()
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	started(l.Addr().String())
	select {
	case err = <-served:
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		err = srv.Shutdown(end)
	}
	stopJobs()
	<-jobsOver
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}
