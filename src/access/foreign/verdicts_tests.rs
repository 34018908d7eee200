use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::base::ScopeList;

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct Memory {
    clock: Clock,
    verdicts: Verdicts,
    asked: Arc<AtomicUsize>,
}

impl Memory {
    fn new() -> Self {
        let clock = Clock::manual(START);
        let verdicts = Verdicts::new(clock.clone(), Metrics::new(START));
        Self { clock, verdicts, asked: Arc::default() }
    }

    /// The verdict on a token of which this is found when somebody asks.
    async fn of(&self, token: &str, finding: Finding) -> Verdict {
        let asked = Arc::clone(&self.asked);
        let ask = || async move {
            asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            finding
        };
        self.verdicts.of(Digest::of(token), ask).await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn taken(ends_at: Option<i64>) -> Finding {
    let admitted = Admitted {
        subject: "ada".to_owned(),
        client_id: "calendar".into(),
        scopes: ScopeList::default(),
        arrival: None,
    };
    Finding {
        verdict: Ok(Arc::new(admitted)),
        ends_at: ends_at.map(|seconds| START.after(Duration::from_secs(seconds.unsigned_abs()))),
    }
}

fn refused(denied: Denied) -> Finding {
    Finding { verdict: Err(denied), ends_at: None }
}

#[tokio::test]
async fn each_is_remembered_for_its_time() {
    let fault = |fault| Denied::Fault(fault);
    for (finding, seconds) in [
        (taken(None), 30),
        (taken(Some(3600)), 30),
        (taken(Some(7)), 7),
        (refused(Denied::Inactive), 5),
        (refused(Denied::RequiredScope("a".to_owned())), 5),
        (refused(fault(IntrospectionFault::Answer(crate::jose::foreign::Defect::Signature))), 5),
        (refused(fault(IntrospectionFault::Credentials)), 0),
        (refused(fault(IntrospectionFault::Crowd)), 0),
    ] {
        let memory = Memory::new();
        for micros in 0..2 {
            memory.clock.advance(Duration::from_micros(micros * (seconds * 1_000_000_u64).saturating_sub(1)));
            assert_eq!(memory.of("token", finding.clone()).await, finding.verdict);
        }
        assert_eq!(memory.asked(), if seconds > 0 { 1 } else { 2 }, "{finding:?}");
        memory.clock.advance(Duration::from_micros(1));
        memory.of("token", finding.clone()).await.ok();
        assert_eq!(memory.asked(), if seconds > 0 { 2 } else { 3 }, "{finding:?}");
    }
}

#[tokio::test]
async fn what_is_found_anew_takes_the_place_of_what_was() {
    let memory = Memory::new();
    memory.of("token", taken(Some(2))).await.unwrap();
    memory.clock.advance(Duration::from_secs(2));
    assert_eq!(memory.of("token", refused(Denied::Inactive)).await, Err(Denied::Inactive));
    memory.clock.advance(Duration::from_secs(5));
    memory.of("token", taken(None)).await.unwrap();
    memory.of("token", refused(Denied::Inactive)).await.unwrap();
    assert_eq!(memory.asked(), 3);
}

#[tokio::test]
async fn of_many_at_once_one_asks() {
    let memory = Arc::new(Memory::new());
    let ask = |memory: Arc<Memory>| tokio::spawn(async move { memory.of("token", taken(None)).await.is_ok() });
    let all: Vec<_> = (0..200).map(|_| ask(Arc::clone(&memory))).collect();
    for one in all {
        assert!(one.await.unwrap());
    }
    assert_eq!(memory.asked(), 1);
    assert!(memory.verdicts.under_way().is_empty());
}

#[tokio::test]
async fn whoever_asked_may_go_away() {
    let memory = Memory::new();
    let (tell, wait) = tokio::sync::oneshot::channel::<()>();
    let finding = taken(None);
    let verdicts = memory.verdicts.clone();
    let first = tokio::spawn(async move {
        verdicts
            .of(Digest::of("token"), || async move {
                wait.await.unwrap();
                finding
            })
            .await
    });
    tokio::task::yield_now().await;
    first.abort();
    let second = memory.of("token", refused(Denied::Inactive));
    let told = async { tell.send(()).unwrap() };
    let (verdict, ()) = tokio::join!(second, told);
    assert!(verdict.is_ok(), "{verdict:?}");
    assert_eq!(memory.asked(), 0);
}

async fn broken() -> Finding {
    panic!("on purpose")
}

#[tokio::test]
async fn a_question_that_panics_leaves_nothing_under_way() {
    let memory = Memory::new();
    let verdict = memory.verdicts.of(Digest::of("token"), broken).await;
    assert_eq!(verdict, Err(Denied::Fault(IntrospectionFault::Lost)));
    memory.of("token", taken(None)).await.unwrap();
}

#[tokio::test]
async fn the_memory_is_bounded() {
    let memory = Memory::new();
    memory.of("real", taken(None)).await.unwrap();
    memory.of("real", taken(None)).await.unwrap();
    for number in 0..REMEMBERED + 1000 {
        memory.of(&format!("invented {number}"), refused(Denied::Inactive)).await.ok();
    }
    assert!(memory.verdicts.0.refused.len() <= REMEMBERED);
    let before = memory.asked();
    memory.of("real", taken(None)).await.unwrap();
    assert_eq!(memory.asked(), before, "invented tokens push out no real one");
    for number in 0..REMEMBERED + 1000 {
        memory.of(&format!("real {number}"), taken(None)).await.unwrap();
    }
    assert!(memory.verdicts.0.taken.len() <= REMEMBERED);
}
