// A page that is opened from a folder may start no worker: the search then runs in a hidden frame instead. An answer
// comes in a turn of its own, as that of a worker does, and what is sent is copied.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      const inside = frame.contentWindow
      this.waiting = []
      inside.answer = (data) => {
        const event = new MessageEvent("message", { data })
        setTimeout(() => {
          this.dispatchEvent(event)
          if (this.onmessage) this.onmessage(event)
        })
      }
      inside.loaded = () => {
        this.inside = inside
        this.waiting.forEach((data) => this.postMessage(data))
      }
      inside.document.open()
      inside.document.write(
        "<script>self.postMessage = (data) => self.answer(data);" +
          "self.importScripts = (...urls) => urls.reduce((last, url) => last.then(() => new Promise((done) => {" +
          "const script = document.createElement('script'); script.src = url; script.onload = done;" +
          "document.body.appendChild(script) })), Promise.resolve())</" + "script>" +
          `<script src="${url}" onload="self.loaded()"></` + "script>"
      )
      inside.document.close()
    }
    postMessage(data) {
      if (!this.inside) this.waiting.push(data)
      else this.inside.dispatchEvent(new MessageEvent("message", { data: this.inside.structuredClone(data) }))
    }
    terminate() {}
  }
}
