package door_test

import (
	"net/url"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/door"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

func TestRedirectWithinOpenedHosts(t *testing.T) {
	for _, tt := range []struct {
		base     bool
		to, want string
	}{
		{false, "/v1/elsewhere", "https://api.openai.com/v1/elsewhere"},
		{false, "https://api.example.com/model", "https://api.example.com/model"},
		{true, "/v1/elsewhere", "/api.openai.com/v1/elsewhere"},
		{true, "elsewhere?x=1#here", "/api.openai.com/v1/chat/elsewhere?x=1#here"},
		{true, "https://api.example.com/model?x=1", "/api.example.com/model?x=1"},
		{true, "https://[::1]:8443/model", "/[::1]:8443/model"},
	} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			c.Door.Upstreams = append(c.Door.Upstreams, door.Upstream{Host: "::1", Port: "8443", URL: c.Door.Upstreams[0].URL})
		}})
		r.Provider.Enqueue(standin.Redirect(307, tt.to))
		from := rig.ChatURL
		if tt.base {
			from = r.Base("api.openai.com") + "/v1/chat/completions"
		}
		resp, answer := r.Post(r.Client(false), from, `{}`)
		if got := resp.Header.Get("Location"); resp.StatusCode != 307 || got != tt.want {
			t.Errorf("base %v, to %s: status %d, Location %q, want %q: %s", tt.base, tt.to, resp.StatusCode, got, tt.want, answer)
		}
	}
}

// TestRedirectsAroundAnUpstream: an upstream that names itself would lead the
// client around the proxy, or into its path twice. A client that follows the
// Location arrives where the upstream meant.
func TestRedirectsAroundAnUpstream(t *testing.T) {
	for _, tt := range []struct {
		path, to, want string // the upstream's path, the Location it gives, the path that it is asked for then; empty: refused
	}{
		{"", "UPSTREAM/v1/other?x=1", "/v1/other?x=1"},
		{"", "other", "/v1/other"},
		{"/gw", "/gw/v1/other", "/gw/v1/other"},
		{"/gw/", "/gw/v1/other", "/gw/v1/other"},
		{"/gw", "/gw/v1/a%2Fb", "/gw/v1/a%2Fb"},
		{"/gw", "/gw", "/gw/"},
		{"/gw", "other", "/gw/v1/other"},
		{"/gw", "UPSTREAM/gw/v1/other", "/gw/v1/other"},
		{"/gw", "https://api.example.com/gw/v1/other", "/gw/v1/other"}, // named by its Host header
		{"/gw", "https://api.example.com/v1/other", "/gw/v1/other"},    // a provider's own, passed on
		{"/gw", "/v1/other", ""},
		{"/gw", "/gwen/v1/other", ""},
		{"/gw", "../../other", ""},
		{"/gw", "UPSTREAM/v1/other", ""},
		{"/gw", "/gw//elsewhere.example.net/x", ""},
	} {
		for _, base := range []bool{false, true} {
			var upstream string
			r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
				u := *c.Door.Upstreams[0].URL
				upstream, u.Path = u.String(), tt.path
				c.Door.Upstreams[0].URL = &u // api.example.com
			}})
			to := tt.to
			if rest, ok := strings.CutPrefix(to, "UPSTREAM"); ok {
				to = upstream + rest
			}
			r.Provider.Enqueue(standin.Redirect(307, to))
			from := "https://api.example.com/v1/x"
			if base {
				from = r.Base("api.example.com") + "/v1/x"
			}
			resp, answer := r.Post(r.Client(false), from, `{}`)
			location := resp.Header.Get("Location")
			if tt.want == "" {
				if resp.StatusCode != 502 || location != "" {
					t.Errorf("%s below %q: status %d, Location %q, want a refusal", tt.to, tt.path, resp.StatusCode, location)
				}
				continue
			}
			if resp.StatusCode != 307 {
				t.Errorf("%s below %q, base %v: status %d: %s", tt.to, tt.path, base, resp.StatusCode, answer)
				continue
			}
			asked, err := url.Parse(from)
			rig.Must(t, err)
			next, err := asked.Parse(location)
			rig.Must(t, err)
			if next.Host != asked.Host {
				t.Errorf("%s below %q, base %v: Location %q leads around the proxy", tt.to, tt.path, base, location)
				continue
			}
			r.Post(r.Client(false), next.String(), `{}`)
			all := r.Provider.Requests()
			if got := all[len(all)-1].Path; len(all) != 2 || got != tt.want {
				t.Errorf("%s below %q, base %v: Location %q led to %q, want %q", tt.to, tt.path, base, location, got, tt.want)
			}
		}
	}
}

// TestHostsOfBaseURLsKeepTheirSpelling: a base URL reaches what no certificate
// can be made out to, and the provider's Host header names it.
func TestHostsOfBaseURLsKeepTheirSpelling(t *testing.T) {
	for _, host := range []string{"[::1]", "[::1]:8443", "vector_db", "vector_db:8443"} {
		r := rig.New(t, rig.Options{Config: func(c *proxy.Config) {
			for _, name := range []string{"::1", "vector_db"} {
				c.Door.Upstreams = append(c.Door.Upstreams, door.Upstream{Host: name, URL: c.Door.Upstreams[0].URL})
			}
		}})
		r.Post(r.Client(false), r.Base(host)+"/v1/x", `{}`)
		if got := r.Received().Host; got != host {
			t.Errorf("the provider was asked as %q, want %q", got, host)
		}
	}
}
