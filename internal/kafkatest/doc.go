// SPDX-License-Identifier: Apache-2.0

// Package kafkatest starts real Kafka brokers and the real Kafka Connect for tests and benches.
//
//	func TestMain(m *testing.M) { os.Exit(kafkatest.Main(m)) }
//
//	broker := kafkatest.SharedBroker(t) // one per test process, for tests that use topics of their own
//	broker := kafkatest.StartBroker(t)  // one of its own, for tests that kill or pause it
//	worker := kafkatest.StartConnect(t, kafkatest.ConnectConfig{…})
//
// A test calls the functions that take a testing.TB: what they start ends with the test, and what goes wrong fails it. Programs
// call NewBroker, NewConnect and FetchJars, which return errors.
//
// Broker and Connect are Kafka 4.1.0 from Maven Central (java/pom.xml), fetched once into the user's cache folder; later runs need
// no network. They run on Java 17 or newer. Where Java or Maven is missing these functions fail and say what to install: a test
// that quietly does nothing looks like one that passed.
//
// Every process is ended by its id, and on Linux it also dies with the process that started it. Tests that need no real broker use
// internal/embeddedkafka, which starts in milliseconds. Production code imports neither this package nor anything below it.
package kafkatest
