package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/secrets"
	"coatcheck/proxy"
	"coatcheck/proxy/door"
)

// settings is what serve, run and env work with, whichever layer set it:
// flag > COATCHECK_* variable > the file that --config names > default. No
// file is read from the working directory on its own: a cloned repository
// must not be able to redirect traffic or switch rules off.
type settings struct {
	state           string
	listen          string
	hosts           []string
	upstreams       []door.Upstream
	upstreamCAs     []byte
	allowPlaintext  []string
	rules           []string
	approved        []string        // digests of rule sets that may protect less
	secrets         secrets.Sources // read when the line opens
	config          string          // the file that the settings came from, if any
	file            configFile      // what it held
	auditor         string
	ca              string // "" (sealed under the state folder), "ephemeral", or a folder
	caOut           string
	refuseUnknown   bool
	answers         proxy.Answers
	upstreamTimeout time.Duration
	user, password  string
	vaultBytes      int64
	inFlight        int64  // bytes that all requests may take together
	health          string // where probes are answered; "" answers none
	noLog           bool
	logFrom         slog.Level // what the line says of itself, from this on
	container       bool
}

// configFile is the file's schema. Unknown keys are errors.
type configFile struct {
	Proxy struct {
		Listen          string            `yaml:"listen"`
		Health          string            `yaml:"health"`
		Hosts           []string          `yaml:"hosts"`
		Upstreams       map[string]string `yaml:"upstreams"`
		UpstreamCA      string            `yaml:"upstream_ca"`
		UpstreamTimeout string            `yaml:"upstream_timeout"`
		CA              string            `yaml:"ca"`
		CAOut           string            `yaml:"ca_out"`
		Auth            string            `yaml:"auth_file"`
		InFlight        int64             `yaml:"in_flight"`
	} `yaml:"proxy"`
	Rules struct {
		Paths     []string         `yaml:"paths"`
		Approved  []string         `yaml:"approved"`
		Secrets   []secrets.Source `yaml:"secrets"`
		TokenFile string           `yaml:"vault_token_file"` // of HashiCorp Vault
	} `yaml:"rules"`
	Journal struct {
		Auditor string `yaml:"auditor"`
	} `yaml:"journal"`
	Vault struct {
		MaxBytes int64 `yaml:"max_bytes"`
	} `yaml:"vault"`
	Policy struct {
		UnknownHosts   string   `yaml:"unknown_hosts"`
		Answers        string   `yaml:"answers"`
		AllowPlaintext []string `yaml:"allow_plaintext"`
	} `yaml:"policy"`
}

func (f *configFile) secrets() secrets.Sources {
	return secrets.Sources{List: f.Rules.Secrets, TokenFile: f.Rules.TokenFile}
}

var stateFlag = &cli.StringFlag{Name: "state", Usage: "state `DIR` with ca, log, keys and vault", EnvVars: []string{"COATCHECK_STATE"}, DefaultText: "the user's state folder"}

// lineFlags are the flags of every command that builds the line.
func lineFlags(more ...cli.Flag) []cli.Flag {
	return append([]cli.Flag{
		stateFlag, configFlag(), rulesFlag(), hostFlag(), upstreamFlag(),
		&cli.StringSliceFlag{Name: "upstream-ca", Usage: "trust the PEM certificates in `FILE` for providers", EnvVars: []string{"COATCHECK_UPSTREAM_CA"}},
		&cli.StringSliceFlag{Name: "allow-plaintext", Usage: "speak plain HTTP to this model `HOST`", EnvVars: []string{"COATCHECK_ALLOW_PLAINTEXT"}},
		choice{&cli.StringFlag{Name: "unknown-hosts", Usage: "`MODE` for hosts that are not opened: tunnel or refuse", EnvVars: []string{"COATCHECK_UNKNOWN_HOSTS"}, DefaultText: "tunnel"}, []string{"tunnel", "refuse"}},
		choice{&cli.StringFlag{Name: "answers", Usage: "`MODE` for what the model wrote and nobody sent it: report counts it, restore does not look, mask hides it from the client", EnvVars: []string{"COATCHECK_ANSWERS"}, DefaultText: "report"}, answerModes()},
		&cli.DurationFlag{Name: "upstream-timeout", Usage: "longest wait for the head of an answer: a `DURATION`", EnvVars: []string{"COATCHECK_UPSTREAM_TIMEOUT"}, DefaultText: "15m"},
		auditorFlag(),
		&cli.BoolFlag{Name: "no-log", Usage: "keep no log: nobody can tell later what was sent", EnvVars: []string{"COATCHECK_NO_LOG"}},
		&cli.StringFlag{Name: "ca-out", Usage: "write the public certificates into `DIR`", EnvVars: []string{"COATCHECK_CA_OUT"}},
	}, more...)
}

func configFlag() cli.Flag {
	return &cli.StringFlag{Name: "config", Usage: "read settings from `FILE`", EnvVars: []string{"COATCHECK_CONFIG"}}
}

func hostFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "host", Usage: "open this `NAME` too; *.example.com opens its sub-domains", EnvVars: []string{"COATCHECK_HOST"}}
}

func upstreamFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "upstream", Usage: "open a host and reach it at a URL: `HOST=URL`", EnvVars: []string{"COATCHECK_UPSTREAM"}}
}

func auditorFlag() cli.Flag {
	return &cli.StringFlag{Name: "auditor", Usage: "public keyset `FILE` of the log's reader; without it a pair is made under DIR/keys", EnvVars: []string{"COATCHECK_AUDITOR"}}
}

// caFlag says where the authority lies, for the commands that read it there.
func caFlag() cli.Flag {
	return &cli.StringFlag{Name: "ca", Usage: "the `DIR` with the sealed root", EnvVars: []string{"COATCHECK_CA"}, DefaultText: "DIR/ca"}
}

func answerModes() (words []string) {
	for _, m := range proxy.AnswerModes() {
		words = append(words, string(m))
	}
	return words
}

// digestShape is how the digest of a rule set is written.
var digestShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// load resolves the settings and reports every fault at once.
func load(c *cli.Context) (settings, error) {
	var f configFile
	if path := c.String("config"); path != "" {
		if err := readConfig(path, &f); err != nil {
			return settings{}, err
		}
	}
	var errs []error
	from := originOf(c)
	s := settings{
		state:          c.String("state"),
		listen:         pick(c, "listen", f.Proxy.Listen),
		hosts:          pickList(c, "host", f.Proxy.Hosts),
		allowPlaintext: pickList(c, "allow-plaintext", f.Policy.AllowPlaintext),
		rules:          pickList(c, "rules", f.Rules.Paths),
		approved:       c.StringSlice("approve"),
		config:         c.String("config"),
		file:           f,
		auditor:        pick(c, "auditor", f.Journal.Auditor),
		ca:             pick(c, "ca", f.Proxy.CA),
		caOut:          pick(c, "ca-out", f.Proxy.CAOut),
		vaultBytes:     f.Vault.MaxBytes,
		health:         pick(c, "health", f.Proxy.Health),
		noLog:          c.Bool("no-log"),
		container:      c.Bool("container"),
	}
	var err error
	if s.state, err = stateFolder(s.state); err != nil {
		errs = append(errs, err)
	}
	for i, name := range s.hosts {
		if s.hosts[i], err = door.ParseHost(name); err != nil {
			errs = append(errs, from.wrong("host", "proxy.hosts", err))
		}
	}
	if s.inFlight, err = memoryLimits(os.DirFS("/")).inFlight(f.Proxy.InFlight); err != nil {
		errs = append(errs, err)
	}
	for _, name := range s.allowPlaintext {
		if u, err := url.Parse("http://" + name); err != nil || u.Host != name || u.Hostname() != name {
			errs = append(errs, fmt.Errorf("%s %q: want the name of a host, without scheme, port and path", from.of("allow-plaintext", "policy.allow_plaintext"), name))
		}
	}
	if s.vaultBytes < 0 {
		errs = append(errs, fmt.Errorf("vault.max_bytes %d: want the bytes to hold at most, or 0 for no bound but that of what is under way", s.vaultBytes))
	}
	for _, digest := range slices.Concat(s.approved, f.Rules.Approved) {
		if !digestShape.MatchString(digest) {
			errs = append(errs, fmt.Errorf("approve %q: want the 64 hexadecimal digits that coatcheck rules list prints", digest))
		}
	}
	errs = append(errs, s.readPolicy(c, f, from), s.readUpstreams(c, f, from), s.readTimeout(c, f, from),
		from.wrong("auth-file", "proxy.auth_file", s.readAuth(pick(c, "auth-file", f.Proxy.Auth))))
	s.secrets = f.secrets()
	s.secrets.Files = secrets.NewFiles()
	if err := errors.Join(append(errs, s.secrets.Check())...); err != nil {
		return settings{}, &usageError{err: err}
	}
	return s, nil
}

func (s *settings) readPolicy(c *cli.Context, f configFile, from origin) error {
	var errs []error
	switch policy := pick(c, "unknown-hosts", f.Policy.UnknownHosts); policy {
	case "", "tunnel":
	case "refuse":
		s.refuseUnknown = true
	default:
		errs = append(errs, fmt.Errorf("%s %q: want tunnel or refuse", from.of("unknown-hosts", "policy.unknown_hosts"), policy))
	}
	s.answers = proxy.Answers(cmp.Or(pick(c, "answers", f.Policy.Answers), string(proxy.AnswersReport)))
	if !slices.Contains(proxy.AnswerModes(), s.answers) {
		errs = append(errs, fmt.Errorf("%s %q: want report, restore or mask", from.of("answers", "policy.answers"), s.answers))
	}
	return errors.Join(errs...)
}

func (s *settings) readUpstreams(c *cli.Context, f configFile, from origin) error {
	list := c.StringSlice("upstream")
	if len(list) == 0 {
		for host, url := range f.Proxy.Upstreams {
			list = append(list, host+"="+url)
		}
		slices.Sort(list)
	}
	var errs []error
	for _, text := range list {
		u, err := door.ParseUpstream(text)
		errs = append(errs, from.wrong("upstream", "proxy.upstreams", err))
		s.upstreams = append(s.upstreams, u)
	}
	for _, path := range pickList(c, "upstream-ca", oneOrNone(f.Proxy.UpstreamCA)) {
		pem, err := disk.ReadShared(path, disk.MaxSize)
		if err == nil && !strings.Contains(string(pem), "BEGIN CERTIFICATE") {
			err = fmt.Errorf("%s holds no PEM certificate", path)
		}
		errs = append(errs, from.wrong("upstream-ca", "proxy.upstream_ca", err))
		s.upstreamCAs = append(append(s.upstreamCAs, pem...), '\n')
	}
	return errors.Join(errs...)
}

func (s *settings) readTimeout(c *cli.Context, f configFile, from origin) error {
	given := c.IsSet("upstream-timeout")
	s.upstreamTimeout = c.Duration("upstream-timeout")
	if !given && f.Proxy.UpstreamTimeout == "" {
		return nil
	}
	var err error
	if !given {
		s.upstreamTimeout, err = time.ParseDuration(f.Proxy.UpstreamTimeout)
	}
	if err != nil || s.upstreamTimeout <= 0 {
		return fmt.Errorf("%s: want a duration such as 90s or 15m", from.of("upstream-timeout", "proxy.upstream_timeout"))
	}
	return nil
}

// readAuth reads USER:PASSWORD from a file: secrets are never flags, which
// every user of the machine can list.
func (s *settings) readAuth(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if wide := info.Mode().Perm() &^ 0o600; wide != 0 && runtime.GOOS != "windows" && !s.container { // a mounted secret has the mode that its cluster gave it
		return fmt.Errorf("%s has mode %04o, and others may read the password: chmod 600 %[1]s", path, info.Mode().Perm())
	}
	text, err := disk.ReadShared(path, disk.MaxSize)
	if err != nil {
		return err
	}
	user, password, ok := strings.Cut(strings.TrimSpace(string(text)), ":")
	if !ok || user == "" || password == "" || strings.ContainsAny(password, "\r\n") {
		return fmt.Errorf("%s: want one line USER:PASSWORD", path)
	}
	s.user, s.password = user, password
	return nil
}

func readConfig(path string, f *configFile) error {
	src, err := disk.ReadShared(path, disk.MaxSize)
	if err != nil {
		return usage("--config: %w", err)
	}
	err = yaml.UnmarshalWithOptions(src, f, yaml.Strict())
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
		at := e.GetToken().Position
		return usage("%s:%d:%d: %s", path, at.Line, at.Column, e.GetMessage())
	}
	return usage("%s: not a YAML configuration", path)
}

// pick takes a flag or its variable if set, else the file's value, else the
// flag's default.
func pick(c *cli.Context, name, fromFile string) string {
	if c.IsSet(name) || fromFile == "" {
		return c.String(name)
	}
	return fromFile
}

func pickList(c *cli.Context, name string, fromFile []string) []string {
	if c.IsSet(name) {
		return c.StringSlice(name)
	}
	return fromFile
}

func oneOrNone(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// stateFolder is where everything that outlives a process lies.
func stateFolder(given string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "coatcheck"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("no state folder: set --state or COATCHECK_STATE")
	}
	return filepath.Join(home, ".local", "state", "coatcheck"), nil
}
