package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/proxy/standin"
)

// demoText holds a reserved name, a published test card and a reserved number.
var (
	demoValues = []string{"jane.roe@example.com", "4111 1111 1111 1111", "+1 202-555-0143"}
	demoText   = fmt.Sprintf("Mail %s about card %s or call %s.", demoValues[0], demoValues[1], demoValues[2])
)

func demoCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:   "demo",
		Usage:  "watch one request lose its private values and get them back; no key, no network",
		Action: func(c *cli.Context) error { return demo(c.Context, std) },
	}
}

// demo runs the real line between a small client and a stand-in provider, in
// a state folder of its own that it removes.
func demo(ctx context.Context, std stdio) (err error) {
	provider, err := standin.Start(standin.Config{})
	if err != nil {
		return err
	}
	defer provider.Close()
	state, err := os.MkdirTemp("", "coatcheck-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(state)
	target, err := url.Parse(provider.URL())
	if err != nil {
		return err
	}
	quiet := stdio{in: std.in, out: std.out, err: io.Discard}
	h, err := openHouse(ctx, settings{
		state: state, ca: ephemeral, upstreamCAs: provider.CAPEM(),
		upstreams: []door.Upstream{{Host: "api.example.com", URL: target}},
	}, quiet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- h.proxy.Serve(l) }()
	defer func() { h.proxy.Close(); err = errors.Join(err, <-served) }()

	say(std.out, "a stand-in provider at %s, the proxy at %s; no key, no network", target.Host, l.Addr())
	received, err := demoChat(ctx, l.Addr().String(), h.authority.RootPEM())
	if err != nil {
		return err
	}
	if err := h.proxy.Shutdown(ctx); err != nil { // an exchange is counted once it is over
		return err
	}
	return demoReport(std.out, provider, received, h.proxy.Counters())
}

// demoChat is the app: it knows a proxy address and a certificate, nothing else.
func demoChat(ctx context.Context, proxyAddr string, root []byte) (string, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(root)
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: proxyAddr}),
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
	defer transport.CloseIdleConnections()
	body, err := json.Marshal(map[string]any{
		"model": "demo", "stream": true, "messages": []any{map[string]string{"role": "user", "content": demoText}},
	})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/v1/chat/completions", strings.NewReader(string(body)))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("demo: the proxy answered %s", resp.Status)
	}
	pieces, err := deltas(resp.Body)
	return strings.Join(pieces, ""), err
}

// deltas reads the pieces of a streamed chat answer.
func deltas(r io.Reader) (pieces []string, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var e struct {
			Choices []struct {
				Delta struct {
					Content string `json:"content"`
				} `json:"delta"`
			} `json:"choices"`
		}
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return nil, err
		}
		for _, c := range e.Choices {
			if c.Delta.Content != "" {
				pieces = append(pieces, c.Delta.Content)
			}
		}
	}
	return pieces, lines.Err()
}

// demoReport prints both sides of the proxy and fails if a value leaked or did
// not come back.
func demoReport(w io.Writer, provider *standin.Server, received string, c proxy.Counters) error {
	seen := provider.Requests()[0]
	var sent struct {
		Messages []struct {
			Content string `json:"content"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(seen.Decoded, &sent); err != nil {
		return err
	}
	wrote, err := deltas(strings.NewReader(string(seen.Reply)))
	if err != nil {
		return err
	}
	leaked := 0
	for _, v := range demoValues {
		if len(provider.Holds(v)) > 0 {
			leaked++
		}
	}
	kept, _ := tally(c.Values)
	fmt.Fprintf(w, "  app sent        %s\n", demoText)
	fmt.Fprintf(w, "  provider saw    %s\n", sent.Messages[0].Content)
	fmt.Fprintf(w, "  provider wrote  %s\n", strings.Join(wrote, "|"))
	fmt.Fprintf(w, "  app received    %s\n", received)
	if want := "You wrote: " + demoText; leaked > 0 || received != want {
		return fmt.Errorf("demo: %d of %d values leaked, answer restored: %v", leaked, len(demoValues), received == want)
	}
	fmt.Fprintf(w, "ok: %d values found, %d replaced, 0 leaked, %d restored from %d pieces\n", len(demoValues), kept, c.Restored, len(wrote))
	fmt.Fprintln(w, "next: coatcheck run -- python app.py")
	return nil
}
