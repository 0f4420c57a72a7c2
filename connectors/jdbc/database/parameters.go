// SPDX-License-Identifier: Apache-2.0

package database

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parameters are those of a URL and the properties beside it, by name in any case. They keep which of them somebody has asked for.
type parameters struct {
	values map[string]string
	// names are as the user wrote them.
	names   map[string]string
	touched map[string]bool
	// ignored are the names of those that have no effect and need none, by the reason.
	ignored map[string][]string
}

// Why parameters may be without effect.
const (
	byItself = "the connector does by itself what they are for"
	ofJava   = "they are about the Java driver alone"
)

func newParameters() *parameters {
	return &parameters{values: map[string]string{}, names: map[string]string{}, touched: map[string]bool{}, ignored: map[string][]string{}}
}

func (p *parameters) set(name, value string) {
	key := strings.ToLower(name)
	p.values[key], p.names[key] = value, name
}

func (p *parameters) get(name string) (string, bool) {
	key := strings.ToLower(name)
	value, is := p.values[key]
	return value, is
}

// take returns the first of some names that is there, and remembers that it was asked for.
func (p *parameters) take(names ...string) (string, bool) {
	var value string
	found := false
	for _, name := range names {
		p.touched[strings.ToLower(name)] = true
		if v, is := p.get(name); is && !found {
			value, found = v, true
		}
	}
	return value, found
}

func (p *parameters) text(names ...string) string {
	value, _ := p.take(names...)
	return value
}

func (p *parameters) flag(name string, otherwise bool) bool {
	if value, is := p.take(name); is {
		return isTrue(value)
	}
	return otherwise
}

// isTrue reads true, yes, 1 and on, in any case; a parameter without value is true, as in Java's drivers.
func isTrue(value string) bool {
	switch strings.ToLower(value) {
	case "", "true", "yes", "1", "on":
		return true
	}
	return false
}

// duration reads a whole number of units; 0 and less are none.
func (p *parameters) duration(unit, otherwise time.Duration, names ...string) (time.Duration, error) {
	value, is := p.take(names...)
	if !is || value == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("parameter %s is %q: it should be a whole number", names[0], value)
	}
	return max(0, time.Duration(n)*unit), nil
}

// ignore takes parameters that have no effect here and need none.
func (p *parameters) ignore(why string, names ...string) {
	for _, name := range names {
		if _, is := p.take(name); is {
			p.ignored[why] = append(p.ignored[why], p.names[strings.ToLower(name)])
		}
	}
}

// untouched are the names that nobody has asked for, in order.
func (p *parameters) untouched() []string {
	var out []string
	for key, name := range p.names {
		if !p.touched[key] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
