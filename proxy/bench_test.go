package proxy_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/elazarl/goproxy"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/redact"
	"coatcheck/rules"
)

// chat4K is a 4 KB chat request with four values in it.
var chat4K = func() string {
	var b strings.Builder
	b.WriteString(`{"model":"gpt-x","messages":[{"role":"system","content":"You answer letters of customers."}`)
	for i := 0; b.Len() < 3700; i++ {
		fmt.Fprintf(&b, `,{"role":"user","content":"Letter %d. The parcel that I ordered in spring has not come, and nobody at the counter knew more. Please look into it and tell me by Friday what became of it, since we move house soon."}`, i)
	}
	return b.String() + `,{"role":"user","content":` + quoted(prompt) + `}]}`
}()

// BenchmarkLine compares one 4 KB chat request through the line with the same
// request straight to the server, through a plain goproxy CONNECT tunnel,
// through the line without rules (nothing is found, nothing restored), and, at
// 16 clients, base-URL mode with a bare httputil.ReverseProxy.
//
//	go test -run '^$' -bench Line -count 5 ./proxy
//
// It runs with one processor more than there are, as the program does: one is
// idle while the journal waits for the disk.
func BenchmarkLine(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1))
	answer := []byte(`{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"` + strings.Repeat("It will come on Friday. ", 40) + `"},"finish_reason":"stop"}]}`)
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	}))
	upstream.EnableHTTP2 = true
	upstream.StartTLS()
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	rig.Must(b, err)

	toUpstream := func(c *proxy.Config) {
		c.Door.UpstreamCAs = rig.PEM(upstream.Certificate().Raw)
		for i := range c.Door.Upstreams {
			c.Door.Upstreams[i].URL = target
		}
	}
	r := rig.New(b, rig.Options{Config: toUpstream})
	bare := rig.New(b, rig.Options{Config: func(c *proxy.Config) {
		toUpstream(c)
		engine, err := redact.New(&rules.Set{}, redact.Options{})
		rig.Must(b, err)
		c.Engine = engine
	}})
	tunnel := goproxy.NewProxyHttpServer()
	tunnel.Logger = silent{}
	tunnelled := httptest.NewServer(tunnel)
	defer tunnelled.Close()
	reverse := httptest.NewServer(&httputil.ReverseProxy{
		Transport: upstream.Client().Transport,
		Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(target) },
	})
	defer reverse.Close()

	direct := func(h2 bool, through string) *http.Client {
		tr := upstream.Client().Transport.(*http.Transport).Clone()
		tr.ForceAttemptHTTP2, tr.MaxIdleConnsPerHost = h2, 64
		if !h2 {
			tr.TLSClientConfig.NextProtos = nil
		}
		if through != "" {
			p, err := url.Parse(through)
			rig.Must(b, err)
			tr.Proxy = http.ProxyURL(p)
		}
		b.Cleanup(tr.CloseIdleConnections)
		return &http.Client{Transport: tr}
	}
	for _, h2 := range []bool{false, true} {
		name := map[bool]string{false: "h1", true: "h2"}[h2]
		b.Run(name+"/direct", func(b *testing.B) { serial(b, direct(h2, ""), upstream.URL+"/v1/chat/completions") })
		b.Run(name+"/tunnel", func(b *testing.B) { serial(b, direct(h2, tunnelled.URL), upstream.URL+"/v1/chat/completions") })
		b.Run(name+"/norules", func(b *testing.B) { serial(b, bare.Client(h2), chatURL) })
		b.Run(name+"/coatcheck", func(b *testing.B) { serial(b, r.Client(h2), chatURL) })
	}
	pooled := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Run("16/reverseproxy", func(b *testing.B) { sixteen(b, pooled, reverse.URL+"/v1/chat/completions") })
	b.Run("16/coatcheck", func(b *testing.B) { sixteen(b, pooled, r.Base("openai")+"/v1/chat/completions") })
}

type silent struct{}

func (silent) Printf(string, ...any) {}

func request(b *testing.B, c *http.Client, url string) {
	resp, err := c.Post(url, "application/json", strings.NewReader(chat4K))
	if err != nil {
		b.Error(err)
		return
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != 200 {
		b.Errorf("status %d: %v", resp.StatusCode, err)
	}
}

func serial(b *testing.B, c *http.Client, url string) {
	request(b, c, url)
	for b.Loop() {
		request(b, c, url)
	}
}

func sixteen(b *testing.B, c *http.Client, url string) {
	b.SetParallelism(max(1, (15+runtime.GOMAXPROCS(0))/runtime.GOMAXPROCS(0)))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			request(b, c, url)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkRestore is the cost of one streamed event that arrives while a
// token is live, in a short and in a long stream: allocations must not grow.
//
//	go test -run '^$' -bench Restore ./proxy
func BenchmarkRestore(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			var stream bytes.Buffer
			for range n {
				stream.WriteString(`data: {"id":"c","object":"chat.completion.chunk","model":"gpt-x","choices":[{"index":0,"delta":{"content":" a word"},"finish_reason":null}]}` + "\n\n")
			}
			bench := proxy.NewRestoreBench(email)
			b.ReportAllocs()
			for b.Loop() {
				bench.Run(stream.Bytes(), io.Discard)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
		})
	}
}
