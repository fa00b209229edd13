// Has a figure's patients simulated by worker threads; where they are refused, in slices on this thread.
//
// The workers are given their program as text, so that nothing is loaded. `figure` has `model` (a function that makes
// what run.js calls so), `settings`, `patients` and `chunk`, the patients in one piece of work.

const REST = 300000;
const SLICE = 10;

function workerPool(figure) {
  const { patients, chunk } = figure, settings = JSON.stringify(figure.settings);
  const functions = [
    seeds, logGamma, random, timetable, running, drive, applyEvents, tableau, stepper, settle, cohort,
  ];
  const program = `${functions.join("\n")}\nconst run = cohort((${figure.model})(), ${settings});
    onmessage = ({ data }) => postMessage({ ...run(data), task: data.task, from: data.from });`;
  let task = null, tasks = 0, workers = [], tired = 0, own = null;

  // The next piece of the present task; the first ones are small, so that something can be shown at once.
  function piece() {
    if (!task || task.next >= patients) return null;
    const from = task.next, to = Math.min(patients, from + (from < 4 * chunk ? chunk >> 1 : chunk));
    task.next = to;
    return { task: task.number, p: task.p, seed: task.seed, from, to };
  }
  // A worker has two pieces at most: it need not wait for the second, and a task given up does not hold it long.
  function feed(worker) {
    for (; worker.busy < 2; worker.busy++) {
      const work = piece();
      if (!work) return;
      worker.postMessage(work);
    }
  }
  function hire() {
    try {
      const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
      const count = Math.min(8, Math.max(1, navigator.hardwareConcurrency || 2));
      workers = Array.from({ length: count }, () => Object.assign(new Worker(address), { busy: 0 }));
    } catch {
      refuse();
    }
    for (const worker of workers) {
      worker.onmessage = ({ data }) => {
        worker.busy--;
        hear(data);
        feed(worker);
      };
      worker.onerror = (error) => {
        error.preventDefault();
        if (own) return;
        refuse();
        task.next = 0;
        slice();
      };
    }
  }
  function dismiss() {
    for (const worker of workers) worker.terminate();
    workers = [];
  }
  function refuse() {
    dismiss();
    own = cohort(figure.model(), figure.settings);
  }
  function slice() {
    const stop = performance.now() + SLICE;
    for (let work; performance.now() < stop && (work = piece());) {
      work.to = task.next = Math.min(work.to, work.from + 4);
      hear({ ...own(work), task: work.task, from: work.from });
    }
    if (task.next < patients) task.timer = setTimeout(slice);
  }
  function hear(data) {
    if (data.task === task.number) task.heard(data);
  }
  // Starts a task and gives up the one before; `heard` gets each piece: { from, ends, paths }.
  return function begin(p, seed, heard) {
    clearTimeout(task?.timer);
    task = { number: ++tasks, p: { ...p }, seed, next: 0, heard };
    clearTimeout(tired);
    tired = setTimeout(dismiss, REST);
    if (!own && !workers.length) hire();
    if (own) task.timer = setTimeout(slice);
    else workers.forEach(feed);
  };
}
