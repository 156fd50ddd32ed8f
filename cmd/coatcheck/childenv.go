package main

import (
	"errors"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"

	"coatcheck/crypto/secrets"
	"coatcheck/proxy/door"
	"coatcheck/proxy/wire"
)

// caVariables name the file of root certificates for the runtimes and tools
// that we know of. All but NODE_EXTRA_CA_CERTS replace the roots, so the file
// holds the system's roots as well as ours.
var caVariables = []string{
	"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
	"AWS_CA_BUNDLE", "PIP_CERT", "CARGO_HTTP_CAINFO", "DENO_CERT", "npm_config_cafile",
	"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "PERL_LWP_SSL_CA_FILE", "CODEX_CA_CERTIFICATE",
}

// variable is one setting of an app's environment.
type variable struct{ name, value string }

// appEnv is what makes an app's traffic come to the proxy at addr and trust
// it. entry carries the password, if any; bundle is the file of roots.
func appEnv(entry *url.URL, bundle string, bases []variable) []variable {
	var vars []variable
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		vars = append(vars, variable{name, entry.String()})
	}
	vars = append(vars,
		variable{"NODE_USE_ENV_PROXY", "1"}, // Node 22.21 and 24 read HTTPS_PROXY only then
		variable{"UV_SYSTEM_CERTS", "1"}, variable{"UV_NATIVE_TLS", "1"},
	)
	for _, name := range caVariables {
		vars = append(vars, variable{name, bundle})
	}
	return append(vars, bases...)
}

// noProxy merges NO_PROXY values: loopback is added, entries that would lead
// a model host's traffic past the proxy are dropped and returned.
func noProxy(value string, covers func(name string) bool) (kept string, dropped []string) {
	entries := []string{"localhost", "127.0.0.1", "::1"}
	for _, entry := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		switch {
		case slices.Contains(entries, entry):
		case covers(entry):
			dropped = append(dropped, entry)
		default:
			entries = append(entries, entry)
		}
	}
	return strings.Join(entries, ","), dropped
}

// coversModel reports whether a NO_PROXY entry matches an opened host.
func coversModel(opened []string) func(string) bool {
	return func(entry string) bool {
		host := strings.ToLower(entry)
		if _, rest, ok := strings.Cut(host, "://"); ok {
			host = rest
		}
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		host = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(host, "*"), "."), ".")
		for _, name := range opened {
			name = strings.TrimPrefix(name, "*.")
			if host == "" || name == host || strings.HasSuffix(name, "."+host) || strings.HasSuffix(host, "."+name) {
				return true
			}
		}
		return false
	}
}

// bases are the base URLs that an app is given, and what they lead to.
type bases struct {
	vars      []variable
	upstreams []door.Upstream // providers reached at a URL that the user had set
	hosts     []string        // the same, where the URL is an ordinary host's
	kept      []string        // variables left as they are
}

// baseURLs are the variables by which SDKs are pointed at the proxy's base
// URL: a second belt for clients that know no proxy. Where the user had set
// one, it becomes that provider's upstream instead of being lost.
func baseURLs(entry *url.URL, basePath string, getenv func(string) string) (b bases) {
	root := (&url.URL{Scheme: "http", Host: entry.Host}).String() + basePath
	outer, _ := url.Parse(getenv("HTTPS_PROXY"))
	for _, a := range wire.Adapters() {
		for _, name := range a.BaseEnv {
			set := getenv(name)
			old, err := url.Parse(set)
			ours := err == nil && outer != nil && outer.Host == old.Host && old.Path == "/"+a.Name+a.BasePath
			switch {
			case strings.HasPrefix(set, root+"/"): // led here already
				b.vars = append(b.vars, variable{name, set})
			case set == "" || ours || old != nil && old.Host == entry.Host: // ours: of a serve, set by `coatcheck env`
				b.vars = append(b.vars, variable{name, root + "/" + a.Name + a.BasePath})
			case err != nil || b.lead(old) != nil:
				b.kept = append(b.kept, name)
			default:
				b.vars = append(b.vars, variable{name, root + "/" + old.Host + old.EscapedPath()})
			}
		}
	}
	return b
}

// lead opens the host of a URL that the user had set.
func (b *bases) lead(u *url.URL) error {
	if u.User != nil || u.RawQuery != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.ErrUnsupported
	}
	if u.Scheme == "https" && u.Port() == "" {
		if host, err := door.ParseHost(u.Hostname()); err == nil {
			b.hosts = append(b.hosts, host)
			return nil
		}
	}
	up, err := door.ParseUpstream(u.Host + "=" + (&url.URL{Scheme: u.Scheme, Host: u.Host}).String())
	if err == nil {
		b.upstreams = merge(b.upstreams, []door.Upstream{up})
	}
	return err
}

// childEnv is the environment of an app under run: the parent's, without our
// own settings (they may hold secrets) and without withheld, with vars in place.
func childEnv(vars []variable, withheld []string) []string {
	set := map[string]bool{"SSL_CERT_DIR": true, "NO_PROXY": true, "no_proxy": true}
	for _, v := range vars {
		set[v.name] = true
	}
	for _, name := range withheld {
		set[name] = true
	}
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !set[name] && !strings.HasPrefix(name, variablePrefix) {
			env = append(env, kv)
		}
	}
	for _, v := range vars {
		env = append(env, v.name+"="+v.value)
	}
	return env
}

// withheld are the variables that hold what is to be protected from a provider,
// or that open it: an app that a model drives does not get them unless it is
// told to.
func withheld(s secrets.Sources, pass []string) (names []string) {
	for _, x := range s.List {
		name := x.Env
		if x.Vault != "" {
			name = "VAULT_TOKEN"
		}
		if _, set := os.LookupEnv(name); set && !slices.Contains(pass, name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
