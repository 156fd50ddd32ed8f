package rig

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client is an app that knows nothing but HTTPS_PROXY and a certificate.
func (r *Rig) Client(h2 bool) *http.Client {
	tr := &http.Transport{
		Proxy:              r.ProxyFor,
		TLSClientConfig:    &tls.Config{RootCAs: r.Roots},
		ForceAttemptHTTP2:  h2,
		DisableCompression: true,
	}
	r.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ProxyFor is HTTPS_PROXY with NO_PROXY for the proxy's own base URLs.
func (r *Rig) ProxyFor(req *http.Request) (*url.URL, error) {
	if req.URL.Host == r.Addr {
		return nil, nil
	}
	return &url.URL{Scheme: "http", Host: r.Addr}, nil
}

// Base is the base URL of a host for clients that know no proxy.
func (r *Rig) Base(host string) string { return "http://" + r.Addr + "/" + host }

// Post sends a JSON body and returns the whole answer.
func (r *Rig) Post(c *http.Client, url, body string) (*http.Response, string) {
	r.t.Helper()
	resp, err := c.Post(url, "application/json", strings.NewReader(body))
	Must(r.t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	Must(r.t, err)
	return resp, string(answer)
}

// TryPost sends a JSON body to the plain API. The error is that of the answer's
// body, which may end early.
func (r *Rig) TryPost(body string) (*http.Response, string, error) {
	r.t.Helper()
	resp, err := r.Client(false).Post("https://api.example.com/model", "application/json", strings.NewReader(body))
	Must(r.t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp, string(answer), err
}

// Raw sends bytes to the proxy and returns the first response's head line and
// what follows.
func (r *Rig) Raw(request string) (*http.Response, net.Conn, *bufio.Reader) {
	r.t.Helper()
	c, err := net.Dial("tcp", r.Addr)
	Must(r.t, err)
	r.t.Cleanup(func() { _ = c.Close() })
	Must(r.t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(c, request)
	Must(r.t, err)
	br := bufio.NewReader(c)
	resp, err := http.ReadResponse(br, &http.Request{Method: strings.Fields(request)[0]})
	Must(r.t, err)
	return resp, c, br
}

// ConnectRequest is the head of a CONNECT.
func ConnectRequest(target, extra string) string {
	return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + extra + "\r\n"
}
