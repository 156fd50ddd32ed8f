package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// version is set at release time with -ldflags "-X main.version=1.2.3".
var version = "dev"

func versionCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:   "version",
		Usage:  "print the version; so does --version",
		Flags:  []cli.Flag{outputFlag()},
		Action: func(c *cli.Context) error { return printVersion(std.out, wantsJSON(c)) },
	}
}

// build is the line of `version --output json`.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func printVersion(w io.Writer, asJSON bool) error {
	b := build{version, revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
	if asJSON {
		return json.NewEncoder(w).Encode(b)
	}
	_, err := fmt.Fprintf(w, "coatcheck %s %s %s/%s\n", b.Version, b.Revision, b.OS, b.Arch)
	return err
}

// revision is the commit that the binary was built from, if Go recorded it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unrecorded"
}
