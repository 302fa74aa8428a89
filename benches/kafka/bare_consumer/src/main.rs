//! The peer of the source's benchmark: a consumer of the same library that counts the
//! bytes of values and does nothing else. `bare_consumer SERVERS TOPIC RECORDS` prints
//! the seconds from making the client to the last record, as JSON.


use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, servers, topic, records] = arguments.as_slice() else {
        panic!("bare_consumer SERVERS TOPIC RECORDS");
    };
    let wanted: u64 = records.parse().expect("a number of records");
    let began = Instant::now();
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        .set("group.id", "bare")
        .set("enable.auto.commit", "false")
        .create()
        .expect("a client");
    let wait = Duration::from_secs(30);
    let known = consumer.fetch_metadata(Some(topic), wait).expect("topic");
    let mut list = TopicPartitionList::new();
    for partition in known.topics()[0].partitions() {
        list.add_partition_offset(topic, partition.id(), Offset::Beginning)
            .unwrap();
    }
    consumer.assign(&list).expect("an assignment");
    let (mut count, mut bytes) = (0_u64, 0);
    while count < wanted {
        let record = consumer.poll(wait).expect("a record in time");
        bytes += record.expect("a record").payload_len();
        count += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{{\"seconds\": {seconds}, \"bytes\": {bytes}}}");
}
