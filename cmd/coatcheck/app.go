package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/urfave/cli/v2"
)

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, std stdio) int {
	if err := harden(); err != nil {
		return report(std.err, err)
	}
	out := &sure{Writer: std.out}
	std.out = out
	app := newApp(std)
	if err := checkVariables(app, os.Environ()); err != nil {
		return report(std.err, err)
	}
	err := app.RunContext(ctx, flagsFirst(app, args))
	if out.err != nil && !errors.Is(err, out.err) {
		err = errors.Join(err, out.err)
	}
	return report(std.err, err)
}

func newApp(std stdio) *cli.App {
	app := &cli.App{
		Name:            "coatcheck",
		Usage:           "check personal data in at the door of a hosted model, and hand it back on the way out",
		UsageText:       "coatcheck COMMAND [options]\n\nTry it:  coatcheck demo\nUse it:  coatcheck run -- python app.py",
		Reader:          std.in,
		Writer:          std.out,
		ErrWriter:       std.err,
		HideHelpCommand: true,
		HideVersion:     true, // the library's would be of its own form
		Flags:           []cli.Flag{cli.HelpFlag, &cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version"}},
		ExitErrHandler:  func(*cli.Context, error) {}, // report prints and picks the code
		OnUsageError:    onUsageError,
		Commands: []*cli.Command{
			demoCommand(std), runCommand(std), serveCommand(std), envCommand(std),
			scanCommand(std), rulesCommand(std), evalCommand(std), logsCommand(std), keysCommand(std), caCommand(std),
			healthCommand(std), recipeCommand(std), completionCommand(std), helpCommand(std), versionCommand(std),
		},
		Action: func(c *cli.Context) error {
			if c.Bool("version") {
				return printVersion(std.out, false)
			}
			return noCommand(c, c.App.Commands)
		},
	}
	eachCommand("coatcheck", app.Commands, func(name string, c *cli.Command) {
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true
		c.CustomHelpTemplate = helpOf(name, c)
		if c.Action == nil {
			c.Action = func(ctx *cli.Context) error { return noCommand(ctx, c.Subcommands) }
			return
		}
		if c.ArgsUsage == "" && c.UsageText == "" { // those that take words say so
			c.Before = noArguments
		}
		if !slices.ContainsFunc(c.Flags, func(f cli.Flag) bool { return f.Names()[0] == "state" }) {
			c.Flags = append(c.Flags, &cli.StringFlag{Name: "state", Hidden: true}) // scripts may give it to every command
		}
	})
	app.CustomAppHelpTemplate = helpOf("", &cli.Command{Name: app.Name, Usage: app.Usage, UsageText: app.UsageText, Subcommands: app.Commands, Flags: app.Flags})
	return app
}

// eachCommand walks the tree; name is the whole of what a person types.
func eachCommand(above string, list []*cli.Command, do func(name string, c *cli.Command)) {
	for _, c := range list {
		do(above+" "+c.Name, c)
		eachCommand(above+" "+c.Name, c.Subcommands, do)
	}
}
