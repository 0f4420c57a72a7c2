// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"fmt"
	"strings"
)

// Rights name the commands that give a worker the rights that it lacks on a cluster with ACLs.
type Rights struct {
	// Bootstrap are the brokers' addresses, as the worker has them.
	Bootstrap string
	// User is whom the brokers take the worker for, such as User:alice.
	User string
}

// Rights are those of whoever connects with these settings.
func (s *Settings) Rights() Rights {
	r := Rights{Bootstrap: strings.Join(s.Brokers, ","), User: "User:<principal of this worker>"}
	switch {
	case s.User != "":
		r.User = "User:" + s.User
	case s.SecurityProtocol == "PLAINTEXT":
		r.User = "User:ANONYMOUS"
	}
	return r
}

// ForTransactionalID is about the id that one worker at a time writes under. The command gives the ids that begin with it, too, for those
// are what workers write source offsets under.
func (r Rights) ForTransactionalID(id string) string {
	return r.give("use the transactional id "+id+", by which no two workers lead a group at one time", forIDs(id))
}

// ForOffsetsIDs is about the ids that workers write source offsets under. A worker also takes those of others, when they are dead.
func (r Rights) ForOffsetsIDs(prefix string) string {
	return r.give("use the transactional ids that begin with "+prefix+", by which late offsets of a worker that was declared dead are refused", forIDs(prefix))
}

// ForTaskID is about the id that one exactly-once task at a time writes under. The command gives those of all tasks of the group.
func (r Rights) ForTaskID(id, prefix string) string {
	return r.give("use the transactional id "+id+", without which its records cannot be written exactly once", forIDs(prefix))
}

func forIDs(prefix string) string {
	return "--operation Write --operation Describe --transactional-id " + quoted(prefix) + " --resource-pattern-type prefixed"
}

// ForGroup is about a worker's own group.
func (r Rights) ForGroup(id string) string {
	return r.give("be in group "+id, "--operation Read --group "+quoted(id))
}

// ForTopic is about one of a worker's own topics. Create and DescribeConfigs are for making and checking it.
func (r Rights) ForTopic(name string) string {
	return r.give("read and write topic "+name,
		"--operation Read --operation Write --operation Describe --operation DescribeConfigs --operation Create --topic "+quoted(name))
}

// ForIdempotentWrite is about what brokers before 2.8 ask of idempotent producers.
func (r Rights) ForIdempotentWrite() string {
	return r.give("write with an idempotent producer, which older brokers want a right for", "--operation IdempotentWrite --cluster")
}

func (r Rights) give(what, operations string) string {
	return fmt.Sprintf("%s has no right to %s; an administrator gives it with: kafka-acls --bootstrap-server %s --add --allow-principal %s %s",
		r.User, what, r.Bootstrap, quoted(r.User), operations)
}

// quoted is a word as a shell wants it.
func quoted(word string) string {
	plain := strings.IndexFunc(word, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/@%+=", c)
	}) < 0
	if plain && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
