package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Exit codes. run returns its child's code instead.
const (
	exitFine   = 0
	exitFailed = 1 // could not do it
	exitUsage  = 2 // wrong usage or configuration
	exitFound  = 3 // the check found something

	exitCannotRun = 126 // run's app is there and cannot be started
	exitNoCommand = 127 // run's app is not there
)

// usageError is a mistake of the person who called: exit 2.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usage(format string, a ...any) error { return &usageError{err: fmt.Errorf(format, a...)} }

// exitCode ends a command with a code of its own and no message.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit %d", int(c)) }

// report prints an error the way all commands do and returns the exit code. A
// code that was joined with errors is kept, and the errors are printed.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	code, coded := errors.AsType[exitCode](err)
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !coded || line != code.Error() {
			fmt.Fprintf(w, "coatcheck: error: %s\n", line)
		}
	}
	u, wrong := errors.AsType[*usageError](err)
	if wrong && u.hint != "" {
		fmt.Fprintf(w, "coatcheck: hint: %s\n", u.hint)
	}
	switch {
	case coded:
		return int(code)
	case wrong:
		return exitUsage
	default:
		return exitFailed
	}
}

// errDebug refuses a setting under which Go prints headers and bodies.
var errDebug = errors.New("GODEBUG=http2debug would print private text")
