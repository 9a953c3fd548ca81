/** AudioWorklet of a simulated caller: plays its lines over background noise, and posts both sides' samples every 20 ms. */

const CHUNK = 960; // 20 ms at 48 kHz
const NARROW = 3; // the caller's own side is posted at 16 kHz

class CallerVoice extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.room = processorOptions.room;
    this.line = null;
    this.spoken = 0;
    this.start();
    this.port.onmessage = ({ data }) => {
      this.line = data;
      this.spoken = 0;
    };
  }

  start() {
    this.heard = new Int16Array(CHUNK);
    this.said = new Int16Array(CHUNK / NARROW);
    this.filled = 0;
    this.sum = 0;
    this.silent = true;
  }

  process([input], [output]) {
    const [agent, own] = [input?.[0], output[0]];
    if (this.line !== null && this.spoken === 0) this.port.postMessage({ began: currentFrame });
    for (let i = 0; i < own.length; i++) {
      const sample = this.next(currentFrame + i);
      own[i] = sample / 32768;
      this.keep(currentFrame + i, sample, agent ? agent[i] * 32767 : 0);
    }
    return true;
  }

  next(frame) {
    let sample = this.room[frame % this.room.length];
    if (this.line !== null) {
      sample += this.line[this.spoken++];
      if (this.spoken === this.line.length) this.line = null;
    }
    return Math.max(-32768, Math.min(32767, sample));
  }

  keep(frame, said, heard) {
    this.sum += said;
    const whole = Math.max(-32768, Math.min(32767, Math.round(heard)));
    this.heard[this.filled] = whole;
    if (whole !== 0) this.silent = false;
    this.filled++;
    if (this.filled % NARROW === 0) {
      this.said[this.filled / NARROW - 1] = this.sum / NARROW;
      this.sum = 0;
    }
    if (this.filled < CHUNK) return;
    const { heard: agent, said: own, silent } = this;
    this.port.postMessage({ frame: frame + 1 - CHUNK, heard: silent ? null : agent, said: own }, [agent.buffer, own.buffer]);
    this.start();
  }
}

registerProcessor("greenroom-caller-voice", CallerVoice);
