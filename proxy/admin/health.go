// Package admin answers those who run a proxy. What it says holds nothing of
// what the proxy carries, so that its address needs no credential.
package admin

import (
	"io"
	"log"
	"net/http"
	"time"
)

// Line is the running line, as far as probes ask about it. It must be safe for
// concurrent use.
type Line interface {
	// Ready returns nil while the line takes requests, and otherwise why it
	// does not, in words without private text.
	Ready() error
}

// Health returns a server for probes, which the caller gives a listener:
//
//	/livez   200 for as long as the process answers at all
//	/readyz  200 while the line takes requests, else 503 and why it does not
func Health(l Line) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := l.Ready(); err != nil {
			say(w, http.StatusServiceUnavailable, "not ready: "+err.Error())
			return
		}
		say(w, http.StatusOK, "ok")
	})
	return &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    4 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // it may quote what a stranger sent
	}
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // a prober that went away needs no answer
}
